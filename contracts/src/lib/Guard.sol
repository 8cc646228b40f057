// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

/// @notice Keeps a contract from being entered again while one of its functions runs: tokens may call whom they like.
abstract contract Guard {
    uint256 private constant FREE = 1;
    uint256 private constant TAKEN = 2;

    uint256 private state = FREE;

    /// @notice This contract was called again by somebody that it called.
    error Reentered();

    modifier guarded() {
        if (state == TAKEN) revert Reentered();
        state = TAKEN;
        _;
        state = FREE;
    }
}
