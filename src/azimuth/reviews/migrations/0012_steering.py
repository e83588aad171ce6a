"""HR steers: subjects and raters come and go, people are nudged, changes of the organisation are proposed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_sort_by_role'),
        ('reviews', '0011_freeze_who_proposes'),
    ]

    operations = [
        migrations.AddField(
            model_name='assignment',
            name='state_before',
            field=models.CharField(blank=True, choices=[('waiting', 'Not started'), ('draft', 'Draft saved'), ('submitted', 'Submitted'), ('withdrawn', 'No longer asked'), ('counted', 'Counted')], db_default='', default='', help_text='of a withdrawn one: how far it was, so that the bands stay as they are and it can be given back', max_length=10),
        ),
        migrations.AddField(
            model_name='progressday',
            name='changes',
            field=models.PositiveIntegerField(default=0, help_text='changes in the organisation that concern the cycle, this morning'),
        ),
        migrations.AddField(
            model_name='progressday',
            name='totals',
            field=models.JSONField(default=list, help_text='list of {group, invited, band}, all units together'),
        ),
        migrations.AddField(
            model_name='subject',
            name='withdrawn_on',
            field=models.DateField(blank=True, help_text='the day HR took them out while answers were gathered: no report, sheets destroyed unread', null=True),
        ),
        migrations.AlterField(
            model_name='progressday',
            name='bands',
            field=models.JSONField(help_text='list of {unit, unit_id, group, invited, band}'),
        ),
        migrations.CreateModel(
            name='Nudge',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='people.person')),
                ('nudged_on', models.DateField()),
                ('is_pending', models.BooleanField(default=True, help_text='whether the mail is still to be thought of: at night it waits for the morning')),
                ('cycle', models.ForeignKey(help_text='the cycle HR steered then', on_delete=django.db.models.deletion.CASCADE, related_name='nudges', to='reviews.reviewcycle')),
            ],
        ),
        migrations.CreateModel(
            name='LeftAsIs',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='what changed, and into what: should it change again, it is proposed again', max_length=160)),
                ('left_on', models.DateField()),
                ('cycle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='left_as_is', to='reviews.reviewcycle')),
                ('left_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('cycle', 'key'), name='left_as_is_once')],
            },
        ),
    ]
