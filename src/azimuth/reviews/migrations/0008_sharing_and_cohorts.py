"""What becomes of a report: acknowledged, shared, taken back; the cohort report; what is declared of both before launch."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ballots', '0004_holders_from_outside'),
        ('people', '0006_sort_by_role'),
        ('questionnaires', '0003_days_of_change'),
        ('reviews', '0007_rehearsals'),
    ]

    operations = [
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('subject', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='acknowledgement', serialize=False, to='reviews.subject')),
                ('acknowledged_on', models.DateField()),
                ('comment', models.TextField(blank=True)),
                ('commented_on', models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='CohortReport',
            fields=[
                ('cycle', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='cohort_report', serialize=False, to='reviews.reviewcycle')),
                ('content', models.JSONField()),
                ('pdf', models.BinaryField(blank=True, null=True)),
                ('built_on', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='ReportShare',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('lead', 'lead'), ('coach', 'coach')], help_text='what they are to the subject; a share ends with it', max_length=5)),
                ('shared_on', models.DateField()),
                ('taken_back_on', models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='reviewcycle',
            name='overlap_minimum',
            field=models.PositiveSmallIntegerField(default=75, help_text="per cent of a competency's items that must be the same to compare it"),
        ),
        migrations.AddField(
            model_name='reviewcycle',
            name='subject_minimum',
            field=models.PositiveSmallIntegerField(default=5, help_text='subjects a figure of the cohort report needs'),
        ),
        migrations.AddConstraint(
            model_name='reviewcycle',
            constraint=models.CheckConstraint(condition=models.Q(('subject_minimum__gte', 5)), name='cycle_subject_minimum_never_below_five'),
        ),
        migrations.AddConstraint(
            model_name='reviewcycle',
            constraint=models.CheckConstraint(condition=models.Q(('overlap_minimum__gte', 50), ('overlap_minimum__lte', 100)), name='cycle_overlap_between_half_and_all'),
        ),
        migrations.AddConstraint(
            model_name='reviewcycle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('releaser', 'coach'), _negated=True), ('readers__contains', ['coach']), _connector='OR'), name='cycle_coach_who_releases_reads'),
        ),
        migrations.AddConstraint(
            model_name='reviewcycle',
            constraint=models.CheckConstraint(condition=models.Q(('compares_to', models.F('id')), _negated=True), name='cycle_not_compared_to_itself'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('comment', ''), ('commented_on', None)), models.Q(models.Q(('comment', ''), _negated=True), ('commented_on__isnull', False)), _connector='OR'), name='acknowledgement_comment_has_a_day'),
        ),
        migrations.AddField(
            model_name='reportshare',
            name='shared_with',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='reportshare',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='reviews.subject'),
        ),
        migrations.AddConstraint(
            model_name='reportshare',
            constraint=models.UniqueConstraint(condition=models.Q(('taken_back_on', None)), fields=('subject', 'shared_with'), name='share_once_at_a_time'),
        ),
    ]
