/*
 * How a log passes from the committee of one epoch to that of the next (decision 0074; code: src/ledger/committee).
 *
 * A lying sequencer extends two histories and shows any seat either of them, in any order, again and again. Each history
 * has heads 1 and 2; where epoch 2 begins in it (at 1, at 2, or not yet) is the sequencer's choice.
 *
 *   old committee: seats 0, 1, 2, 3     new committee: seats 2, 3, 4, 5     quorum 3 of 4 in both
 *   Seat 3 lies: it signs everything, always, for both committees, which is the worst place for it.
 *
 * An honest seat only moves forward along one history (its consistency check and compare-and-swap). At a head
 *   of epoch 1, a seat of the old committee cosigns;
 *   of epoch 2, a seat of the old committee votes for it, which is another signature than a cosignature;
 *   of epoch 2, a seat of the new committee cosigns, once an old quorum voted for a head of epoch 2 on this history.
 * A head is certified by a quorum of its own epoch's committee, alone.
 *
 * Claim: heads of two histories are never both certified.
 * -DFLAW:  the new committee does not wait for the votes. The check must fail.
 * -DREACH: claims that no head of epoch 2 is ever certified. The check must fail, or the model would prove nothing.
 */
#define NONE 2
#define OLD(s) ((s) < 3)
#define NEW(s) ((s) == 2 || (s) > 3)

/* Sets of honest seats, a bit each. With the liar, two of them are a quorum. */
#define OLD_SEATS 7
#define NEW_SEATS 52
#define QUORUM(set) ((set) & ((set) - 1))

typedef History {
  byte epoch2;      /* first head of epoch 2; 3 when there is none */
  byte cosigned[3]; /* by head, 1 and 2 */
  byte voted[3]
}

History log[2];
byte on[6] = NONE; /* the history that a seat is on */
byte at[6];        /* its head there */

#define CERTIFIED(h, z) \
  ((z < log[h].epoch2 && QUORUM(log[h].cosigned[z] & OLD_SEATS)) || \
   (z >= log[h].epoch2 && QUORUM(log[h].cosigned[z] & NEW_SEATS)))
#define ANY(h) (CERTIFIED(h, 1) || CERTIFIED(h, 2))

#ifdef FLAW
#define HANDED(h, z) true
#else
#define VOTES(h, z) (z >= log[h].epoch2 && QUORUM(log[h].voted[z] & OLD_SEATS))
#define HANDED(h, z) (VOTES(h, 1) || (z == 2 && VOTES(h, 2)))
#endif

active proctype world() {
  byte s, h, z;
  atomic {
    select(z : 1 .. 3); log[0].epoch2 = z;
    select(z : 1 .. 3); log[1].epoch2 = z;
  }
  do
  :: atomic {
       select(s : 0 .. 5);
       select(h : 0 .. 1);
       select(z : 1 .. 2);
       if
       :: s != 3 && (on[s] == NONE || (on[s] == h && at[s] <= z)) ->
          if
          :: z < log[h].epoch2 && OLD(s) ->
             on[s] = h; at[s] = z;
             log[h].cosigned[z] = log[h].cosigned[z] | (1 << s)
          :: z >= log[h].epoch2 && OLD(s) ->
             on[s] = h; at[s] = z;
             log[h].voted[z] = log[h].voted[z] | (1 << s)
          :: z >= log[h].epoch2 && NEW(s) && HANDED(h, z) ->
             on[s] = h; at[s] = z;
             log[h].cosigned[z] = log[h].cosigned[z] | (1 << s)
          :: else -> skip
          fi
       :: else -> skip
       fi;
       assert(!(ANY(0) && ANY(1)));
#ifdef REACH
       assert(!(CERTIFIED(0, 2) && log[0].epoch2 <= 2));
#endif
       s = 0; h = 0; z = 0
     }
  od
}
