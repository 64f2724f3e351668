from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0007_doubt_of_a_note"),
    ]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="doubt",
            field=models.CharField(
                blank=True,
                choices=[
                    ("numbers", "It names documents of several clients."),
                    ("sender", "Several clients pay from this account."),
                    ("nip", "It names the NIPs of several clients."),
                    ("note", "It names an interest note; settle it on the page of the note."),
                    ("twice", "It may be here already, from a file of another format."),
                    ("error", "It could not be matched; the administrator was told."),
                ],
                max_length=7,
            ),
        ),
    ]
