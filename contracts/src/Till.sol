// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {Guard} from "./lib/Guard.sol";
import {Token, Tokens} from "./lib/Tokens.sol";

/// @title Till: settlement between communities, and payouts to many
/// @notice Nobody owns it, nothing in it can be changed, and it has no fee. What it holds of a token is the sum of the
/// balances and of what is left in open batches; only a balance's holder and a batch's payees move it.
contract Till is Guard {
    using Tokens for Token;

    struct Batch {
        address funder;
        uint64 expiry;
        Token token;
        bytes32 root;
        uint256 left;
    }

    /// @dev Names what a leaf is for; the rest of its domain is the chain, this contract and the batch.
    bytes32 private constant LEAF = keccak256("bandstand/payout/v1");
    /// @notice Longest proof: 2^32 payees in a batch.
    uint256 public constant PROOF_MAX = 32;

    /// @notice What an account may withdraw, or put into a batch.
    mapping(Token token => mapping(address account => uint256)) public balanceOf;
    /// @notice All that this contract owes in a token: balances and open batches.
    mapping(Token token => uint256) public owed;
    /// @notice Hash of the payment that a payer made under a key of its own; zero when it made none.
    mapping(address payer => mapping(bytes32 key => bytes32)) public paymentOf;
    mapping(bytes32 batch => Batch) public batches;
    mapping(bytes32 batch => mapping(uint256 word => uint256)) private claimed;

    event Deposited(
        address indexed payer, bytes32 indexed key, address indexed to, Token token, uint256 amount, bytes32 memo
    );
    event Withdrawn(Token indexed token, address indexed account, address to, uint256 amount);
    event BatchOpened(
        bytes32 indexed batch, address indexed funder, Token token, bytes32 root, uint256 total, uint64 expiry
    );
    event Claimed(bytes32 indexed batch, uint256 indexed index, address indexed payee, uint256 amount);
    event BatchClosed(bytes32 indexed batch, uint256 left);

    error NothingToMove();
    error NoReceiver();
    error KeyUsed(bytes32 key);
    error BalanceTooLow(uint256 balance, uint256 asked);
    error BatchExists(bytes32 batch);
    error NoSuchBatch(bytes32 batch);
    error AlreadyExpired(uint64 expiry);
    error NotYetExpired(uint64 expiry);
    error NotTheFunder();
    error AlreadyClaimed(uint256 index);
    error WrongProof();
    error BatchTooSmall(uint256 left, uint256 asked);

    /// @notice Takes `amount` of `token` from the caller and credits `to`. A caller uses a key once: whoever is not sure
    /// whether a payment was made sends it again under the same key, and it is made once.
    /// @param memo Hash of what it is for.
    function deposit(Token token, address to, uint256 amount, bytes32 key, bytes32 memo) external guarded {
        if (amount == 0) revert NothingToMove();
        if (to == address(0)) revert NoReceiver();
        if (paymentOf[msg.sender][key] != 0) revert KeyUsed(key);
        paymentOf[msg.sender][key] = keccak256(abi.encode(token, to, amount, memo, block.timestamp));
        balanceOf[token][to] += amount;
        owed[token] += amount;
        emit Deposited(msg.sender, key, to, token, amount, memo);
        token.pull(msg.sender, amount);
    }

    /// @notice Pays out of the caller's balance.
    function withdraw(Token token, address to, uint256 amount) external guarded {
        if (amount == 0) revert NothingToMove();
        if (to == address(0)) revert NoReceiver();
        debit(token, amount);
        owed[token] -= amount;
        emit Withdrawn(token, msg.sender, to, amount);
        token.push(to, amount);
    }

    /// @notice Sets `total` of the caller's balance aside for the payees under `root`.
    /// @param salt With the caller's address it names the batch, so that its leaves can be made before it is opened.
    /// @param expiry Seconds since the epoch. Until then payees claim; from then on what is left goes back to the caller.
    function openBatch(Token token, bytes32 root, uint256 total, uint64 expiry, bytes32 salt)
        external
        guarded
        returns (bytes32 batch)
    {
        if (total == 0) revert NothingToMove();
        if (expiry <= block.timestamp) revert AlreadyExpired(expiry);
        batch = batchOf(msg.sender, salt);
        if (batches[batch].funder != address(0)) revert BatchExists(batch);
        debit(token, total);
        batches[batch] = Batch({funder: msg.sender, expiry: expiry, token: token, root: root, left: total});
        emit BatchOpened(batch, msg.sender, token, root, total, expiry);
    }

    /// @notice Pays a payee of a batch. Anybody may send it; the money goes to the payee in the leaf, and once.
    /// @param proof Siblings from the leaf to the root; each pair is hashed with the smaller hash first.
    function claim(bytes32 batch, uint256 index, address payee, uint256 amount, bytes32[] calldata proof)
        external
        guarded
    {
        Batch storage open = batches[batch];
        if (open.funder == address(0)) revert NoSuchBatch(batch);
        if (open.expiry <= block.timestamp) revert AlreadyExpired(open.expiry);
        if (isClaimed(batch, index)) revert AlreadyClaimed(index);
        if (amount == 0) revert NothingToMove();
        if (payee == address(0)) revert NoReceiver();
        if (rootFrom(leafOf(batch, index, payee, amount), proof) != open.root) revert WrongProof();
        if (amount > open.left) revert BatchTooSmall(open.left, amount);
        claimed[batch][index >> 8] |= 1 << (index & 0xff);
        open.left -= amount;
        owed[open.token] -= amount;
        emit Claimed(batch, index, payee, amount);
        open.token.push(payee, amount);
    }

    /// @notice Gives what nobody claimed back to the balance of the batch's funder.
    function closeBatch(bytes32 batch) external guarded {
        Batch storage open = batches[batch];
        if (open.funder != msg.sender) revert NotTheFunder();
        if (open.expiry > block.timestamp) revert NotYetExpired(open.expiry);
        uint256 left = open.left;
        if (left == 0) revert NothingToMove();
        open.left = 0;
        balanceOf[open.token][msg.sender] += left;
        emit BatchClosed(batch, left);
    }

    function isClaimed(bytes32 batch, uint256 index) public view returns (bool) {
        return (claimed[batch][index >> 8] >> (index & 0xff)) & 1 == 1;
    }

    function batchOf(address funder, bytes32 salt) public pure returns (bytes32) {
        return keccak256(abi.encode(funder, salt));
    }

    /// @notice A leaf: hashed twice, so that no inner node of a tree passes for one; good on this chain and in this contract alone.
    function leafOf(bytes32 batch, uint256 index, address payee, uint256 amount) public view returns (bytes32) {
        bytes memory leaf = abi.encode(LEAF, block.chainid, address(this), batch, index, payee, amount);
        return keccak256(abi.encode(keccak256(leaf)));
    }

    function rootFrom(bytes32 node, bytes32[] calldata proof) private pure returns (bytes32) {
        if (proof.length > PROOF_MAX) revert WrongProof();
        for (uint256 i = 0; i < proof.length; i++) {
            bytes32 other = proof[i];
            node = node < other ? keccak256(abi.encode(node, other)) : keccak256(abi.encode(other, node));
        }
        return node;
    }

    function debit(Token token, uint256 amount) private {
        uint256 balance = balanceOf[token][msg.sender];
        if (balance < amount) revert BalanceTooLow(balance, amount);
        balanceOf[token][msg.sender] = balance - amount;
    }
}
