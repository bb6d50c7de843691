"""Who is told of what is held back, missing or late: open once, repeat by the clock, close. Judges no delivery.

`standing` says what is wrong now, `decide` what follows from it and the ledger, `texts` how it is said, `send` by which
way, `step` does all of it in the order that survives a crash.
"""
