/*
 * How a log that was forked, or would be by a restored backup, is closed and a successor opened (decision 0075; code:
 * src/ledger/committee/closing.ts and successor.ts).
 *
 * A sequencer signs two histories of one log, each with heads 1, 2 and 3: as a liar, or because an old backup made it
 * forget the first. It shows any seat either of them, asks any seat to close at any head, and offers successors that
 * follow on any head. Four seats, quorum 3. Seat 3 lies: it signs everything, always.
 *
 * An honest seat
 *   cosigns while the log is open, moving only forward along one history;
 *   closes at a head that is its own or lies ahead of it on its history, and from then on neither cosigns this
 *     log nor closes it at another head;
 *   cosigns the genesis of one successor, the first it sees that names a head which a quorum closed.
 *
 * Claims: heads of two histories are never both certified; nothing beside or beyond a head that a quorum closed is ever
 * certified; no two successors are ever certified.
 * -DFLAW=1: a seat also closes at a head behind its own.  -DFLAW=2: a seat that closed goes on cosigning.
 * Either check must fail.
 * -DREACH: claims that no successor is ever certified. The check must fail, or the model would prove nothing.
 */
#ifndef FLAW
#define FLAW 0
#endif

#define NONE 2
#define HEADS 8                         /* history * 4 + head */
#define HEAD(h, z) ((h) * 4 + (z))
#define QUORUM(set) ((set) & ((set) - 1)) /* two honest seats and the liar */

byte cosigned[HEADS];   /* sets of honest seats */
byte closed[HEADS];
byte succeeded[HEADS];  /* by the head that the successor follows on */
byte on[3] = NONE;
byte at[3];
bool done[3];           /* it closed this log */
byte successor[3];      /* the head whose successor it cosigned; 0 is none */

#define FORWARD(s, h, z) (on[s] == NONE || (on[s] == h && at[s] <= z))
#define CERTIFIED(h, z) QUORUM(cosigned[HEAD(h, z)])
#define ANY(h) (CERTIFIED(h, 1) || CERTIFIED(h, 2) || CERTIFIED(h, 3))
#define BEYOND(h, z) ((z < 2 && CERTIFIED(h, 2)) || (z < 3 && CERTIFIED(h, 3)))
#define SOUND(h, z) (!QUORUM(closed[HEAD(h, z)]) || (!ANY(1 - h) && !BEYOND(h, z)))
#define NEXT(i) (QUORUM(succeeded[i]) != 0)

active proctype world() {
  byte s, h, z;
  do
  :: atomic {
       select(s : 0 .. 2);
       select(h : 0 .. 1);
       select(z : 1 .. 3);
       if
       :: FORWARD(s, h, z) && (!done[s] || FLAW == 2) ->
          on[s] = h; at[s] = z;
          cosigned[HEAD(h, z)] = cosigned[HEAD(h, z)] | (1 << s)
       :: !done[s] && (FORWARD(s, h, z) || (FLAW == 1 && on[s] == h)) ->
          done[s] = true; on[s] = h; at[s] = z;
          closed[HEAD(h, z)] = closed[HEAD(h, z)] | (1 << s)
       :: QUORUM(closed[HEAD(h, z)]) && (successor[s] == 0 || successor[s] == HEAD(h, z)) ->
          successor[s] = HEAD(h, z);
          succeeded[HEAD(h, z)] = succeeded[HEAD(h, z)] | (1 << s)
       :: else -> skip
       fi;
       assert(!(ANY(0) && ANY(1)));
       assert(SOUND(0, 1) && SOUND(0, 2) && SOUND(0, 3) && SOUND(1, 1) && SOUND(1, 2) && SOUND(1, 3));
       assert(NEXT(1) + NEXT(2) + NEXT(3) + NEXT(5) + NEXT(6) + NEXT(7) <= 1);
#ifdef REACH
       assert(!NEXT(2));
#endif
       s = 0; h = 0; z = 0
     }
  od
}
