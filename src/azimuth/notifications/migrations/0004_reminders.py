"""Reminders: one digest a person and day, and what people choose about them."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ("notifications", "0003_language_of_a_mail"),
        ("people", "0006_sort_by_role"),
    ]

    operations = [
        migrations.AddField(
            "mail", "due_at", models.DateTimeField(blank=True, null=True, help_text="the moment the first of them is due, where it is known"),
        ),
        migrations.AddField(
            "mail", "digest_on", models.DateField(blank=True, null=True, help_text="the person's day a reminder is for; empty for other mails"),
        ),
        migrations.AddConstraint(
            "mail", models.UniqueConstraint(fields=["person", "digest_on"], condition=Q(digest_on__isnull=False), name="mail_one_digest_a_day"),
        ),
        migrations.CreateModel(
            name="MailChoice",
            fields=[
                ("person", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="mail_choice", serialize=False, to="people.person")),
                ("no_reminders_since", models.DateField(blank=True, null=True, help_text="the day they said no to reminders; what waits stays on the home page")),
                ("snoozed_until", models.DateField(blank=True, null=True, help_text="the day, in their zone, on which they want to be reminded again")),
            ],
        ),
    ]
