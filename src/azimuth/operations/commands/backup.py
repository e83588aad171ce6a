"""`azimuth backup` and `azimuth restore`."""

from __future__ import annotations

import argparse
from pathlib import Path

from azimuth.operations import backup as backups
from azimuth.operations import postgres, restoring


def backup(args: argparse.Namespace) -> int:
    """Write the database into FILE and the keys of open cycles into FILE.vault."""
    with postgres.running():
        written = backups.write(Path(args.file).absolute(), with_vault=not args.without_vault)
    print(f"The database is in {args.file} ({written.size / 2**20:.1f} MB). It holds personal data: keep it as safe as the database.")
    if written.vault:
        print(
            f"The keys of open cycles ({written.keys}) are in {written.vault}. Keep this file apart from {args.file}, and delete every copy "
            "of it once those cycles are counted: with both files somebody could read who answered what."
        )
    elif args.without_vault:
        print("The keys of open cycles were left out: should this machine be lost, open cycles cannot be counted.")
    return 0


def restore(args: argparse.Namespace) -> int:
    """Bring a backup back, and the database to this version."""
    vault = Path(args.vault).absolute() if args.vault else None
    with (
        postgres.running(),
        backups.opened(Path(args.file).absolute(), vault=vault, with_vault=not args.without_vault) as found,
    ):
        done = restoring.restore(found, replace=args.replace)
        _bring_up_to_date(found)
    print(f"Restored the backup of {found.manifest['made_at']} (Azimuth {found.manifest['azimuth']}). Everybody signs in again.")
    if done.keys:
        print(f"{done.keys} keys of open cycles are back in the vault.")
    if done.destroyed:
        print(f"{done.destroyed} keys were left out: their cycles were counted here meanwhile and the keys destroyed. Those cycles stay uncounted in this backup.")
    return 0


def _bring_up_to_date(found: backups.Backup) -> None:
    import django

    from azimuth.operations import migrating

    django.setup()
    migrating.migrate()

    from azimuth.audit.actions import record
    from django.utils import timezone

    record("operations.restore", by=None, at=timezone.now(), made_at=found.manifest["made_at"])
