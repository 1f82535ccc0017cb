"""Looks at a copy of a store from outside, so that the store itself is left as it is.

look.py ask STORE COPY SQL         what SQL says, one row a line, values by tabs
look.py check STORE COPY           `ok`, or what SQLite finds wrong
look.py learn FILE STORE STORE     which columns differ though the same was done, kept in FILE
look.py print FILE STORE COPY      one line that stands for all that is in the store but those columns
"""

import hashlib
import json
import os
import shutil
import sqlite3
import sys

ENDS = ("", "-wal", "-shm", "-journal")


def opened(store, copy):
    for end in ENDS:
        if os.path.exists(copy + end):
            os.remove(copy + end)
        if end != "-shm" and os.path.exists(store + end):
            shutil.copy(store + end, copy + end)
    return sqlite3.connect(f"file:{copy}?mode=rw", uri=True)


def tables(base):
    rows = base.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sorted(name for (name,) in rows)


def columns(base, table):
    return [row[1] for row in base.execute(f'PRAGMA table_info("{table}")')]


def contents(base, table, column):
    """What a column holds, in an order that does not depend on the others."""
    rows = base.execute(f'SELECT quote("{column}") FROM "{table}"')
    return sorted(value for (value,) in rows)


def is_time(column):
    return column.endswith("_at") or column in ("at", "status_since")


def ask(store, copy, sql):
    for row in opened(store, copy).execute(sql):
        print(*("" if value is None else value for value in row), sep="\t")


def check(store, copy):
    base = opened(store, copy)
    found = [row[0] for row in base.execute("PRAGMA integrity_check(5)")]
    found += [f"a row of {row[0]} refers to nothing" for row in base.execute("PRAGMA foreign_key_check")][:5]
    print(*(found if found != ["ok"] else ["ok"]), sep="; ")


def learn(kept, first, second):
    one, other = opened(first, kept + ".first"), opened(second, kept + ".second")
    masked = [
        [table, column]
        for table in tables(one)
        for column in columns(one, table)
        if is_time(column) or contents(one, table, column) != contents(other, table, column)
    ]
    with open(kept, "w", encoding="utf-8") as out:
        json.dump(masked, out)


def fingerprint(kept, store, copy):
    with open(kept, encoding="utf-8") as file:
        masked = {tuple(pair) for pair in json.load(file)}
    base = opened(store, copy)
    digest = hashlib.sha256()
    for table in tables(base):
        shown = [column for column in columns(base, table) if (table, column) not in masked]
        values = " || ',' || ".join(f'quote("{column}")' for column in shown) or "''"
        for row in sorted(value for (value,) in base.execute(f'SELECT {values} FROM "{table}"')):
            digest.update(f"{table}: {row}\n".encode())
    print(digest.hexdigest())


{"ask": ask, "check": check, "learn": learn, "print": fingerprint}[sys.argv[1]](*sys.argv[2:])
