#!/usr/bin/env python3
"""Django taking people in from a CSV file, as a benchmark's reference: one model, a unique address.

    django_users.py prepare DATABASE        makes the table
    django_users.py load    DATABASE FILE   reads the file and writes everybody with bulk_create
"""

import csv
import sys

import django
from django.conf import settings
from django.db import connection, models

BATCH = 1000


def main(verb, database, *files):
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[],
        USE_TZ=True,
    )
    django.setup()

    class User(models.Model):
        email = models.EmailField(unique=True)
        name = models.CharField(max_length=200)
        role = models.CharField(max_length=50)
        team = models.CharField(max_length=200)

        class Meta:
            app_label = "bench"
            db_table = "users"

    if verb == "prepare":
        with connection.schema_editor() as editor:
            editor.create_model(User)
    elif verb == "load":
        with open(files[0], encoding="utf-8", newline="") as file:
            users = [
                User(email=row["email"].lower(), name=row["name"], role=row["role"], team=row["team"])
                for row in csv.DictReader(file)
            ]
        User.objects.bulk_create(users, batch_size=BATCH)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
