// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

/// @notice EIP-712 signatures by secp256k1 keys, each in one form only.
abstract contract Signatures {
    /// @dev Half of the curve's order: the other half of the values of `s` are the same signatures again.
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;
    bytes32 private constant DOMAIN =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    bytes32 private immutable NAME;

    /// @notice Not 65 bytes, not in the canonical form, or of no key at all.
    error BadSignature();

    constructor(string memory name) {
        NAME = keccak256(bytes(name));
    }

    /// @notice What is signed: bound to this chain and this contract, also after a chain split in two.
    function digestOf(bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN, NAME, keccak256("1"), block.chainid, address(this)));
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function signerOf(bytes32 digest, bytes calldata signature) internal pure returns (address signer) {
        if (signature.length != 65) revert BadSignature();
        uint256 s = uint256(bytes32(signature[32:64]));
        uint8 v = uint8(signature[64]);
        if (s > HALF_ORDER || (v != 27 && v != 28)) revert BadSignature();
        signer = ecrecover(digest, v, bytes32(signature[:32]), bytes32(s));
        if (signer == address(0)) revert BadSignature();
    }
}
