# trust A4, J1, K5: whatever command is killed, at whatever moment, the store is in the state before it or the
# state after it, its audit with it; no lock stays behind, and the next command works at once.
# How: each command of writers.tsv is run undisturbed, which shows both states; then it is killed at random
# moments and, where strace is to be had, as it is about to do a system call that writes.
need faketime
times=$(short_or_long either 100)
fill_base
base_store=$BASE/admit.db

for_each_writer learn_first
for_each_writer kill_it
judge_hits 4
