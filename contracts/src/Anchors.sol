// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

/// @title Anchors: how far a log had come, and when, as a chain saw it
/// @notice Nobody owns it. Each account keeps heads of its own, so that nobody can write or block another's; which account
/// is a community's is signed by the community's key (a binding, as in the stake registry) and checked by the reader.
contract Anchors {
    struct Head {
        bytes32 root;
        uint64 size;
        /// @dev Seconds since the epoch, of the block.
        uint64 seen;
    }

    /// @notice Newest head by account and SHA-256 of the log's origin.
    mapping(address account => mapping(bytes32 origin => Head)) public headOf;

    event Anchored(address indexed account, bytes32 indexed origin, uint64 size, bytes32 root);

    /// @notice A log only grows.
    error NotNewer(uint64 known, uint64 size);

    /// @param origin SHA-256 of the log's origin line.
    /// @param size Leaves in the tree; more than in the head before.
    function anchor(bytes32 origin, uint64 size, bytes32 root) external {
        Head storage head = headOf[msg.sender][origin];
        if (size <= head.size) revert NotNewer(head.size, size);
        headOf[msg.sender][origin] = Head({root: root, size: size, seen: uint64(block.timestamp)});
        emit Anchored(msg.sender, origin, size, root);
    }
}
