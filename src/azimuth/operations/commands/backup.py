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
        print(f"Keys of open cycles brought back into the vault: {done.keys}.")
    if done.destroyed:
        print(f"Keys left out: {done.destroyed}. Their cycles were counted here after the backup, and a destroyed key never comes back.")
    return 0


def _bring_up_to_date(found: backups.Backup) -> None:
    import django

    from azimuth.operations import migrating

    django.setup()
    migrating.migrate()

    from django.utils import timezone

    from azimuth.audit.actions import record

    record("operations.restore", by=None, at=timezone.now(), made_at=found.manifest["made_at"])
