"""A mail to somebody who is no person here has a language of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("notifications", "0002_mail_says_that_something_waits")]

    operations = [
        migrations.AddField("mail", "language", models.CharField(blank=True, help_text="of a mail to somebody who is no person here", max_length=10)),
    ]
