// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity 0.8.37;

import {Guard} from "./lib/Guard.sol";
import {Signatures} from "./lib/Signatures.sol";
import {Token, Tokens} from "./lib/Tokens.sol";

/// @title Stake registry: who stands for which community, with what stake, in which epoch
/// @notice Nobody owns it. It counts stake by account; seats are computed from it by every reader alike. That an account
/// stands for a community is signed by the community's Ed25519 key inside `profile`, which a chain cannot verify and
/// every reader must: a member whose profile does not verify counts for nothing.
contract StakeRegistry is Guard, Signatures {
    using Tokens for Token;

    struct Member {
        /// @dev Ed25519 key of the community.
        bytes32 community;
        /// @dev secp256k1 key that attests evidence.
        address attester;
        /// @dev Seconds since the epoch from which on `leaving` may be withdrawn, and can be slashed no more.
        uint64 releaseAt;
        bool slashed;
        uint256 active;
        uint256 leaving;
        bytes profile;
    }

    /// @dev What an account has at stake from an epoch on, until the next mark.
    struct Mark {
        uint64 epoch;
        uint192 stake;
    }

    struct View {
        address account;
        bytes32 community;
        address attester;
        uint256 stake;
        bool slashed;
        bytes profile;
    }

    bytes32 private constant SLASH = keccak256("Slash(address account,bytes32 community,bytes32 evidence,uint256 epoch)");
    bytes32 private constant CONSENT = keccak256("Attester(address account,bytes32 community)");

    /// @notice Accounts with stake at one time: a slash weighs all of them.
    uint256 public constant MEMBERS_MAX = 128;
    uint256 public constant PROFILE_BYTES_MAX = 1024;
    /// @notice Fewer attest nothing, however much they staked.
    uint256 public constant ATTESTERS_MIN = 3;

    Token public immutable token;
    /// @notice Least stake of a member, in the token's smallest units.
    uint256 public immutable minimum;
    /// @notice Seconds from unbonding to withdrawing.
    uint256 public immutable delay;
    /// @notice Least time between the starts of two epochs, ms.
    uint256 public immutable epochMs;
    /// @notice How long before its start an epoch may be opened, ms.
    uint256 public immutable noticeMs;
    /// @notice Most seats of a committee.
    uint8 public immutable seats;

    mapping(address account => Member) private members;
    mapping(address account => Mark[]) private marks;
    /// @notice Whose evidence a key attests. A key attests for one account, for good.
    mapping(address attester => address account) public accountOf;
    /// @notice Starts of the epochs, ms since the Unix epoch; the first has number 1.
    uint64[] private starts;
    address[] private everybody;
    address[] private staking;
    mapping(address account => uint256) private place;
    /// @notice What was taken from the slashed. It stays here, and nobody can move it.
    uint256 public forfeited;

    event Registered(address indexed account, bytes32 indexed community, address attester);
    event Bonded(address indexed account, uint256 amount);
    event Unbonding(address indexed account, uint256 amount, uint64 releaseAt);
    event Withdrawn(address indexed account, address to, uint256 amount);
    event EpochOpened(uint256 indexed epoch, uint64 startsAt);
    event Slashed(address indexed account, bytes32 indexed community, bytes32 evidence, uint256 amount);

    error BadParameters();
    error AlreadyRegistered();
    error NotRegistered();
    error AttesterTaken();
    error ProfileTooLong();
    error NothingToMove();
    error NoReceiver();
    error TooLittle(uint256 minimum);
    error TooMuch();
    error TooManyMembers();
    error StakeTooLow(uint256 active);
    error WithdrawFirst();
    error NotYetReleased(uint64 releaseAt);
    error AlreadySlashed();
    error WrongStart();
    error NoSuchEpoch(uint256 epoch);
    error NotAnAttester(address signer);
    error NoQuorum(uint256 stake, uint256 ofStake, uint256 heads, uint256 ofHeads);

    constructor(Token token_, uint256 minimum_, uint256 delay_, uint256 epochMs_, uint256 noticeMs_, uint8 seats_)
        Signatures("Bandstand stake registry")
    {
        bool bad = address(token_).code.length == 0 || minimum_ == 0 || epochMs_ == 0 || seats_ == 0 || seats_ > 21;
        // Stake that is unbonded right after an epoch was opened stays at least until that epoch can be over.
        if (bad || delay_ > 365 days || epochMs_ + noticeMs_ > delay_ * 1000) revert BadParameters();
        token = token_;
        minimum = minimum_;
        delay = delay_;
        epochMs = epochMs_;
        noticeMs = noticeMs_;
        seats = seats_;
    }

    /// @notice Says whom the caller stands for. Cannot be changed: whoever wants another key or profile takes another account.
    /// @param profile Name, operator, address and the community's signature over them and this account; see contracts/README.md.
    /// @param consent Signature of the attester's key, so that nobody takes another's.
    function register(bytes32 community, address attester, bytes calldata profile, bytes calldata consent) external {
        if (members[msg.sender].attester != address(0)) revert AlreadyRegistered();
        if (accountOf[attester] != address(0)) revert AttesterTaken();
        if (profile.length > PROFILE_BYTES_MAX) revert ProfileTooLong();
        if (signerOf(digestOf(keccak256(abi.encode(CONSENT, msg.sender, community))), consent) != attester) {
            revert BadSignature();
        }
        Member storage member = members[msg.sender];
        member.community = community;
        member.attester = attester;
        member.profile = profile;
        accountOf[attester] = msg.sender;
        everybody.push(msg.sender);
        emit Registered(msg.sender, community, attester);
    }

    /// @notice Adds to the caller's stake. It counts from the next epoch that is opened.
    function bond(uint256 amount) external guarded {
        Member storage member = members[msg.sender];
        if (member.attester == address(0)) revert NotRegistered();
        if (member.slashed) revert AlreadySlashed();
        if (amount == 0) revert NothingToMove();
        uint256 active = member.active + amount;
        if (active < minimum) revert TooLittle(minimum);
        member.active = active;
        mark(msg.sender, active);
        enter(msg.sender);
        emit Bonded(msg.sender, amount);
        token.pull(msg.sender, amount);
    }

    /// @notice Takes a part of the caller's stake, or all of it, out of the next epoch. It stays here, and can be slashed,
    /// until the delay ended. What is leaving already waits again with it.
    function unbond(uint256 amount) external guarded {
        Member storage member = members[msg.sender];
        if (amount == 0) revert NothingToMove();
        if (amount > member.active) revert StakeTooLow(member.active);
        // What is free to go must not be locked again, nor be slashed.
        if (member.leaving > 0 && member.releaseAt <= block.timestamp) revert WithdrawFirst();
        uint256 rest = member.active - amount;
        if (rest > 0 && rest < minimum) revert TooLittle(minimum);
        member.active = rest;
        member.leaving += amount;
        member.releaseAt = uint64(block.timestamp + delay);
        mark(msg.sender, rest);
        emit Unbonding(msg.sender, amount, member.releaseAt);
    }

    function withdraw(address to) external guarded {
        Member storage member = members[msg.sender];
        uint256 amount = member.leaving;
        if (to == address(0)) revert NoReceiver();
        if (amount == 0) revert NothingToMove();
        if (member.releaseAt > block.timestamp) revert NotYetReleased(member.releaseAt);
        member.leaving = 0;
        if (member.active == 0) exit(msg.sender);
        emit Withdrawn(msg.sender, to, amount);
        token.push(to, amount);
    }

    /// @notice Fixes the stakes, as they are now, for the next epoch. Anybody may, once the one before lasted long enough.
    /// @param startsAt ms since the Unix epoch; not in the past, and not further ahead than the notice.
    function openEpoch(uint64 startsAt) external {
        uint256 nowMs = block.timestamp * 1000;
        uint256 opened = starts.length;
        bool tooSoon = opened > 0 && startsAt < starts[opened - 1] + epochMs;
        if (tooSoon || startsAt < nowMs || startsAt > nowMs + noticeMs) revert WrongStart();
        starts.push(startsAt);
        emit EpochOpened(opened + 1, startsAt);
    }

    /// @notice Takes everything that an account has at stake. Signed by attesters of the newest epoch with more than two
    /// thirds of all others' stake, who are also more than two thirds of the others by number, and at least three. They
    /// answer for it that the evidence, which only its hash names here, convicts.
    /// @param signatures EIP-712 `Slash(account, community, evidence, epoch)`, ascending by the signer's address.
    function slash(address account, bytes32 evidence, bytes[] calldata signatures) external guarded {
        Member storage member = members[account];
        if (member.slashed) revert AlreadySlashed();
        if (place[account] == 0) revert NotRegistered();
        uint256 epoch = starts.length;
        bytes32 digest = digestOf(keccak256(abi.encode(SLASH, account, member.community, evidence, epoch)));
        weigh(account, digest, signatures);
        uint256 amount = atStake(account);
        if (member.releaseAt > block.timestamp) member.leaving = 0;
        member.active = 0;
        member.slashed = true;
        forfeited += amount;
        mark(account, 0);
        exit(account);
        emit Slashed(account, member.community, evidence, amount);
    }

    /// @notice What a slash would take now.
    function atStake(address account) public view returns (uint256) {
        Member storage member = members[account];
        return member.active + (member.releaseAt > block.timestamp ? member.leaving : 0);
    }

    /// @notice Stake of an account in an epoch that was opened.
    function stakeOf(address account, uint256 epoch) public view returns (uint256) {
        if (epoch == 0 || epoch > starts.length) revert NoSuchEpoch(epoch);
        Mark[] storage own = marks[account];
        for (uint256 i = own.length; i > 0; i--) {
            if (own[i - 1].epoch <= epoch) return own[i - 1].stake;
        }
        return 0;
    }

    function epochs() external view returns (uint256) {
        return starts.length;
    }

    function startOf(uint256 epoch) external view returns (uint64) {
        if (epoch == 0 || epoch > starts.length) revert NoSuchEpoch(epoch);
        return starts[epoch - 1];
    }

    function memberOf(address account) external view returns (Member memory) {
        return members[account];
    }

    function registered() external view returns (uint256) {
        return everybody.length;
    }

    /// @notice Everybody who ever registered, with their stake in an epoch, page by page in the order of registering.
    function page(uint256 epoch, uint256 from, uint256 count) external view returns (View[] memory rows) {
        uint256 end = from + count < everybody.length ? from + count : everybody.length;
        rows = new View[](end > from ? end - from : 0);
        for (uint256 i = 0; i < rows.length; i++) {
            address account = everybody[from + i];
            Member storage member = members[account];
            uint256 stake = stakeOf(account, epoch);
            rows[i] = View(account, member.community, member.attester, stake, member.slashed, member.profile);
        }
    }

    /// @dev What an account brings to a slash: its stake of the epoch, as far as it can still lose it.
    function weightOf(address account, uint256 epoch) private view returns (uint256) {
        uint256 stake = stakeOf(account, epoch);
        uint256 left = atStake(account);
        return stake < left ? stake : left;
    }

    function weigh(address accused, bytes32 digest, bytes[] calldata signatures) private view {
        uint256 epoch = starts.length;
        if (epoch == 0) revert NoSuchEpoch(0);
        (uint256 stakes, uint256 heads) = (0, 0);
        for (uint256 i = 0; i < staking.length; i++) {
            uint256 weight = staking[i] == accused ? 0 : weightOf(staking[i], epoch);
            if (weight == 0) continue;
            stakes += weight;
            heads++;
        }
        uint256 signed = 0;
        address last = address(0);
        for (uint256 i = 0; i < signatures.length; i++) {
            address signer = signerOf(digest, signatures[i]);
            address account = accountOf[signer];
            uint256 weight = account == accused || place[account] == 0 ? 0 : weightOf(account, epoch);
            if (signer <= last || weight == 0) revert NotAnAttester(signer);
            last = signer;
            signed += weight;
        }
        bool enough = signed * 3 > stakes * 2 && signatures.length * 3 > heads * 2;
        if (!enough || signatures.length < ATTESTERS_MIN) revert NoQuorum(signed, stakes, signatures.length, heads);
    }

    function mark(address account, uint256 stake) private {
        if (stake > type(uint192).max) revert TooMuch();
        uint64 next = uint64(starts.length + 1);
        Mark[] storage own = marks[account];
        uint256 count = own.length;
        if (count > 0 && own[count - 1].epoch == next) own[count - 1].stake = uint192(stake);
        else own.push(Mark({epoch: next, stake: uint192(stake)}));
    }

    function enter(address account) private {
        if (place[account] != 0) return;
        if (staking.length == MEMBERS_MAX) revert TooManyMembers();
        staking.push(account);
        place[account] = staking.length;
    }

    function exit(address account) private {
        uint256 spot = place[account];
        if (spot == 0) return;
        address last = staking[staking.length - 1];
        staking[spot - 1] = last;
        place[last] = spot;
        place[account] = 0;
        staking.pop();
    }
}
