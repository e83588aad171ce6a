"""A number that ends every session begun before it was raised."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_share_a_cache")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="session_round",
            field=models.PositiveIntegerField(default=0, help_text="raised to end every session begun before"),
        ),
    ]
