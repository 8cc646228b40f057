// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

/// @notice The part of ERC-20 that is used here. Returned values are read by hand: some tokens return nothing.
interface Token {
    function balanceOf(address owner) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// @notice Moves ERC-20 tokens of any make: those that return nothing, `false`, or keep a part of what is moved.
library Tokens {
    /// @notice The token refused, or there is no contract at its address.
    error TransferFailed(Token token);
    /// @notice The token moved another amount than it was told: it takes a fee, or lies about balances.
    error WrongAmountArrived(Token token, uint256 expected, uint256 arrived);

    /// @dev Takes exactly `amount` into the calling contract, or reverts.
    function pull(Token token, address from, uint256 amount) internal {
        uint256 before = held(token);
        call(token, abi.encodeCall(Token.transferFrom, (from, address(this), amount)));
        check(token, amount, held(token), before);
    }

    /// @dev Sends exactly `amount` out of the calling contract, or reverts. What the receiver is left with is the token's affair.
    function push(Token token, address to, uint256 amount) internal {
        uint256 before = held(token);
        call(token, abi.encodeCall(Token.transfer, (to, amount)));
        check(token, amount, before, held(token));
    }

    function held(Token token) private view returns (uint256) {
        if (address(token).code.length == 0) revert TransferFailed(token);
        return token.balanceOf(address(this));
    }

    function check(Token token, uint256 expected, uint256 more, uint256 less) private pure {
        uint256 moved = more < less ? 0 : more - less;
        if (moved != expected) revert WrongAmountArrived(token, expected, moved);
    }

    function call(Token token, bytes memory data) private {
        (bool done, bytes memory answer) = address(token).call(data);
        bool said = answer.length == 0 || (answer.length >= 32 && abi.decode(answer, (uint256)) == 1);
        if (!done || !said) revert TransferFailed(token);
    }
}
