"""The history of changes gets a retention policy of its own, beside the log's."""

from typing import Any

import django.core.validators
from django.db import migrations, models


def add(apps: Any, _schema_editor: Any) -> None:
    policies = apps.get_model("jobs", "RetentionPolicy").objects
    policies.get_or_create(table="history", defaults={"pk": 2, "keep_days": 730})


class Migration(migrations.Migration):
    dependencies = [("jobs", "0005_entries_watched")]

    operations = [
        migrations.RemoveConstraint(model_name="retentionpolicy", name="one_retention_policy"),
        migrations.AddField(
            model_name="retentionpolicy",
            name="table",
            field=models.CharField(
                choices=[("log", "Job Queue Log Entries"), ("history", "Job Queue Entry Changes")],
                default="log",
                editable=False,
                max_length=10,
                unique=True,
                verbose_name="Table",
            ),
        ),
        migrations.AlterField(
            model_name="retentionpolicy",
            name="keep_days",
            field=models.PositiveIntegerField(
                default=90,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="Keep (days)",
            ),
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
