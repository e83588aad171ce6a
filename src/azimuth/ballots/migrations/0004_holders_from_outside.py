"""A ticket may be held by somebody from outside: its holder is a key, not a person."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ballots', '0003_row_security_and_freezing'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sealedsheet',
            name='holder',
            field=models.UUIDField(db_column='holder_id', help_text='the key of whoever holds the ticket: a person, or somebody from outside'),
        ),
    ]
