"""What every installation has from the start: the banner, and the retention policy."""

from typing import Any

from django.db import migrations


def add(apps: Any, _schema_editor: Any) -> None:
    apps.get_model("jobs", "AlertChannel").objects.get_or_create(
        kind="banner", defaults={"description": "Every page"}
    )
    apps.get_model("jobs", "RetentionPolicy").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
