"""Raters may come from outside, be nominated, decline, and have more time; a subject may have a coach."""

import azimuth.reviews.models.cycles
import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ballots', '0004_holders_from_outside'),
        ('people', '0006_sort_by_role'),
        ('questionnaires', '0003_days_of_change'),
        ('reviews', '0004_nominations'),
    ]

    operations = [
        migrations.CreateModel(
            name='Decline',
            fields=[
                ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='decline', serialize=False, to='reviews.assignment')),
                ('reason', models.CharField(max_length=1000)),
                ('declined_on', models.DateField()),
                ('settled_on', models.DateField(blank=True, help_text='the day HR replaced the rater, or let it be', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ExternalRater',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('email', models.EmailField(max_length=254)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('added_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='RaterLink',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_on', models.DateField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_on', models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='assignment',
            name='until',
            field=models.DateTimeField(blank=True, help_text="a deadline of its own, later than the cycle's", null=True),
        ),
        migrations.AddField(
            model_name='nomination',
            name='proposed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='nomination',
            name='proposed_on',
            field=models.DateField(default='2026-01-01'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='reviewcycle',
            name='approver',
            field=models.CharField(choices=[('nobody', 'nobody: it is taken as proposed'), ('lead', "the subject's lead"), ('hr', 'HR')], default='lead', max_length=10),
        ),
        migrations.AddField(
            model_name='reviewcycle',
            name='cancelled_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='reviewcycle',
            name='compares_to',
            field=models.ForeignKey(blank=True, help_text='an earlier cycle reports may be compared with', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviews.reviewcycle'),
        ),
        migrations.AddField(
            model_name='reviewcycle',
            name='mutual_limit',
            field=models.PositiveSmallIntegerField(blank=True, default=2, help_text='nominated raters of one subject who are rated by them in turn, at most', null=True),
        ),
        migrations.AddField(
            model_name='reviewcycle',
            name='nominated',
            field=models.JSONField(default=azimuth.reviews.models.cycles.default_nominated, help_text='rater groups that are proposed by hand; the others are derived'),
        ),
        migrations.AddField(
            model_name='reviewcycle',
            name='nominations_close_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='reviewcycle',
            name='nominator',
            field=models.CharField(choices=[('nobody', 'nobody: they are derived from the reporting line'), ('subject', 'the subject'), ('lead', "the subject's lead"), ('hr', 'HR')], default='nobody', max_length=10),
        ),
        migrations.AddField(
            model_name='reviewcycle',
            name='rater_limit',
            field=models.PositiveSmallIntegerField(blank=True, default=10, help_text='forms one rater may be nominated for at most', null=True),
        ),
        migrations.AddField(
            model_name='reviewcycle',
            name='reminders',
            field=models.JSONField(default=azimuth.reviews.models.cycles.default_reminders, help_text='days before the close on which raters are reminded'),
        ),
        migrations.AddField(
            model_name='reviewcycle',
            name='shows_list',
            field=models.BooleanField(default=False, help_text='whether subjects go on seeing who is asked about them; never who answered'),
        ),
        migrations.AddField(
            model_name='subject',
            name='coach',
            field=models.ForeignKey(blank=True, help_text='who reads the report first and talks it over', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='subject',
            name='list_note',
            field=models.CharField(blank=True, help_text='what the approver wrote when returning the list', max_length=1000),
        ),
        migrations.AddField(
            model_name='subject',
            name='list_state',
            field=models.CharField(blank=True, choices=[('choosing', 'Being chosen'), ('proposed', 'Waits for approval'), ('returned', 'Returned with a note'), ('approved', 'Approved')], help_text='how far the list of nominated raters is; empty without nominations', max_length=10),
        ),
        migrations.AlterField(
            model_name='assignment',
            name='rater',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='people.person'),
        ),
        migrations.AlterField(
            model_name='assignment',
            name='state',
            field=models.CharField(choices=[('waiting', 'Not started'), ('draft', 'Draft saved'), ('submitted', 'Submitted'), ('withdrawn', 'No longer asked'), ('counted', 'Counted')], default='waiting', max_length=10),
        ),
        migrations.AlterField(
            model_name='nomination',
            name='group',
            field=models.CharField(blank=True, choices=[('self', 'Self'), ('manager', 'Manager'), ('peer', 'Peers'), ('report', 'Direct reports'), ('external', 'External')], max_length=12),
        ),
        migrations.AlterField(
            model_name='nomination',
            name='is_added',
            field=models.BooleanField(help_text='to be asked, else taken off the derived list'),
        ),
        migrations.AlterField(
            model_name='nomination',
            name='rater',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AlterField(
            model_name='nomination',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nominations', to='reviews.subject'),
        ),
        migrations.AlterField(
            model_name='reviewcycle',
            name='releaser',
            field=models.CharField(choices=[('hr', 'HR'), ('lead', 'the lead'), ('coach', 'the coach, who reads it first'), ('subject', 'the subject, when they are ready'), ('automatic', 'nobody: it is released when counted')], default='hr', max_length=10),
        ),
        migrations.AlterField(
            model_name='reviewcycle',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('launching', 'Launching'), ('nominating', 'Raters are being nominated'), ('open', 'Open'), ('closed', 'Closed, being counted'), ('counted', 'Counted'), ('released', 'Released'), ('cancelled', 'Cancelled')], default='draft', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='reviewcycle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'nominating'), _negated=True), ('nominations_close_at__isnull', False), _connector='OR'), name='cycle_nominations_have_deadline'),
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.CheckConstraint(condition=models.Q(('coach', models.F('person')), _negated=True), name='subject_not_their_own_coach'),
        ),
        migrations.AddField(
            model_name='decline',
            name='replacement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='externalrater',
            name='added_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='externalrater',
            name='cycle',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_raters', to='reviews.reviewcycle'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='external',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='reviews.externalrater'),
        ),
        migrations.AddField(
            model_name='nomination',
            name='external',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='nominations', to='reviews.externalrater'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(fields=('subject', 'external'), name='assignment_of_external_once'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('external__isnull', False), ('group', 'external'), ('rater', None)), models.Q(('external', None), ('rater__isnull', False), models.Q(('group', 'external'), _negated=True)), _connector='OR'), name='assignment_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.UniqueConstraint(fields=('subject', 'rater'), name='nomination_once'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.UniqueConstraint(fields=('subject', 'external'), name='nomination_of_external_once'),
        ),
        migrations.AddConstraint(
            model_name='nomination',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('external__isnull', False), ('group', 'external'), ('rater', None)), models.Q(('external', None), ('rater__isnull', False), models.Q(('group', 'external'), _negated=True)), _connector='OR'), name='nomination_of_somebody'),
        ),
        migrations.AddField(
            model_name='raterlink',
            name='external',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='reviews.externalrater'),
        ),
        migrations.AddConstraint(
            model_name='externalrater',
            constraint=models.UniqueConstraint(models.F('cycle'), django.db.models.functions.text.Lower('email'), name='external_rater_once_in_a_cycle'),
        ),
    ]
