// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

/// @notice Tokens for tests: a plain one, and every kind that a contract has to be careful with. Never deployed elsewhere.
contract PlainToken {
    uint8 public immutable decimals;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) public virtual returns (bool) {
        move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) public virtual returns (bool) {
        allowance[from][msg.sender] -= amount;
        move(from, to, amount);
        return true;
    }

    function move(address from, address to, uint256 amount) internal virtual {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Answers `false` instead of reverting, and moves nothing.
contract FalseToken is PlainToken(2) {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @notice Moves, and answers nothing at all.
contract SilentToken {
    uint8 public constant decimals = 2;
    mapping(address => uint256) public balanceOf;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address, uint256) external {}

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Keeps a hundredth of whatever moves.
contract FeeToken is PlainToken(2) {
    function move(address from, address to, uint256 amount) internal override {
        balanceOf[from] -= amount;
        balanceOf[to] += amount - amount / 100;
    }
}

/// @notice Says yes to everything, and moves nothing.
contract LyingToken is PlainToken(2) {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return true;
    }
}

/// @notice Calls back: itself as token, or the receiver, in the middle of a transfer.
contract CallingToken is PlainToken(2) {
    address private target;
    bytes private data;
    bool private calling;
    /// @notice What the call within the call was refused with.
    bytes public answer;
    bool public reentered;

    function arm(address target_, bytes calldata data_) external {
        target = target_;
        data = data_;
    }

    function move(address from, address to, uint256 amount) internal override {
        super.move(from, to, amount);
        if (target == address(0) || calling) return;
        calling = true;
        (reentered, answer) = target.call(data);
        calling = false;
    }

    /// @notice So that the token itself can be a holder.
    function run(address to, bytes calldata what) external {
        (bool done, bytes memory reason) = to.call(what);
        if (!done) {
            assembly {
                revert(add(reason, 32), mload(reason))
            }
        }
    }
}

/// @notice A payee that calls back when it is told that money came.
contract GreedyReceiver {
    address private immutable till;
    bytes private data;
    bool public reentered;

    constructor(address till_) {
        till = till_;
    }

    function arm(bytes calldata data_) external {
        data = data_;
    }

    function received() external {
        (reentered,) = till.call(data);
    }
}
