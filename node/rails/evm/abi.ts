import { parseAbi } from 'viem'

/** What the rail calls of contracts/src/Till.sol; a test compares it with what the compiler says. */
export const TILL_ABI = parseAbi([
  'function deposit(address token, address to, uint256 amount, bytes32 key, bytes32 memo)',
  'function paymentOf(address payer, bytes32 key) view returns (bytes32)',
  'event Deposited(address indexed payer, bytes32 indexed key, address indexed to, address token, uint256 amount, bytes32 memo)',
])

/** Some tokens answer nothing to `approve`, so no answer is asked for. */
export const TOKEN_ABI = parseAbi([
  'function decimals() view returns (uint8)',
  'function balanceOf(address owner) view returns (uint256)',
  'function allowance(address owner, address spender) view returns (uint256)',
  'function approve(address spender, uint256 amount)',
])

/** What is read of contracts/src/StakeRegistry.sol; the same test compares it. */
export const STAKE_ABI = parseAbi([
  'struct Row { address account; bytes32 community; address attester; uint256 stake; bool slashed; bytes profile; }',
  'function seats() view returns (uint8)',
  'function minimum() view returns (uint256)',
  'function epochs() view returns (uint256)',
  'function registered() view returns (uint256)',
  'function startOf(uint256 epoch) view returns (uint64)',
  'function page(uint256 epoch, uint256 from, uint256 count) view returns (Row[] rows)',
])
