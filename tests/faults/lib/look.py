"""Looks at a copy of a store from outside, so that the store itself is left as it is.

look.py ask STORE COPY SQL         what SQL says, one row a line, values by tabs
look.py check STORE COPY           `ok`, or what SQLite finds wrong
look.py learn FILE STORE STORE [TABLE COLUMN]
                                   which columns differ though the same was done, and this one, kept in FILE
look.py state FILE STORE COPY      one word that stands for all that is in the store but those columns, and
                                   `ok`, or what SQLite finds wrong; `none ok` where there is no store
look.py hold STORE                 reads the store itself, and keeps that view until it is ended
look.py serve                      the same for each line of stdin, words by tabs; an answer is one line
"""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import sys

ENDS = ("", "-wal", "-shm", "-journal")


def opened(store, copy):
    for end in ENDS:
        if os.path.exists(copy + end):
            os.remove(copy + end)
        if end != "-shm" and os.path.exists(store + end):
            shutil.copy(store + end, copy + end)
    base = sqlite3.connect(f"file:{copy}?mode=rw", uri=True)
    base.execute("PRAGMA synchronous = OFF")
    return base


def tables(base):
    rows = base.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"
                        " AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL %'")
    return sorted(name for (name,) in rows)


def columns(base, table):
    return [row[1] for row in base.execute(f'PRAGMA table_info("{table}")')]


def contents(base, table, column):
    """What a column holds, in an order that does not depend on the others."""
    rows = base.execute(f'SELECT quote("{column}") FROM "{table}"')
    return sorted(value for (value,) in rows)


def may_differ(column):
    """Times, and what a change may go without: how long the machine was up, the name of its user."""
    return column.endswith("_at") or column in ("at", "status_since", "seen_boot", "seen_uptime", "login")


def ask(store, copy, sql):
    for row in opened(store, copy).execute(sql):
        print(*("" if value is None else value for value in row), sep="\t")


def check(store, copy):
    print(faults(opened(store, copy)))


def faults(base):
    found = [row[0] for row in base.execute("PRAGMA integrity_check(5)")]
    found += [f"a row of {row[0]} refers to nothing" for row in base.execute("PRAGMA foreign_key_check")][:5]
    return "; ".join(found if found[0] != "ok" else ["ok"] + found[1:])


def learn(kept, first, second, *also):
    one, other = opened(first, kept + ".first"), opened(second, kept + ".second")
    masked = [
        [table, column]
        for table in tables(one)
        for column in columns(one, table)
        if may_differ(column) or contents(one, table, column) != contents(other, table, column)
    ]
    masked += [list(also)] if also else []
    with open(kept, "w", encoding="utf-8") as out:
        json.dump(masked, out)
    print("learned")


def state(kept, store, copy):
    if not os.path.exists(store):
        print("none", "ok")
        return
    with open(kept, encoding="utf-8") as file:
        masked = {tuple(pair) for pair in json.load(file)}
    base = opened(store, copy)
    digest = hashlib.sha256()
    for table in tables(base):
        shown = [column for column in columns(base, table) if (table, column) not in masked]
        values = " || ',' || ".join(f'quote("{column}")' for column in shown) or "''"
        for row in sorted(value for (value,) in base.execute(f'SELECT {values} FROM "{table}"')):
            digest.update(f"{table}: {row}\n".encode())
    print(digest.hexdigest()[:16], faults(base))


def hold(store):
    base = sqlite3.connect(f"file:{store}?mode=ro", uri=True, isolation_level=None)
    base.execute("BEGIN")
    base.execute("SELECT count(*) FROM users").fetchall()
    print("held", flush=True)
    signal.pause()


def serve():
    for line in sys.stdin:
        words = line.rstrip("\n").split("\t")
        try:
            COMMANDS[words[0]](*words[1:])
        except Exception as error:  # whoever asked waits for a line
            print("failed", repr(error).replace("\n", " "))
        sys.stdout.flush()


COMMANDS = {"ask": ask, "check": check, "learn": learn, "state": state, "hold": hold, "serve": serve}
COMMANDS[sys.argv[1]](*sys.argv[2:])
