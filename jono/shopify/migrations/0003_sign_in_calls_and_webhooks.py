
import django.db.models.deletion
import jono.kit.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shopify', '0002_points_spent'),
    ]

    operations = [
        migrations.AddField(
            model_name='ordersettings',
            name='order_created_webhooks',
            field=models.BooleanField(default=False, help_text='The store says at once when an order is new or has changed. Sync Orders stays the safety net.', verbose_name='Order Created Webhooks'),
        ),
        migrations.AddField(
            model_name='shop',
            name='allow_outgoing_requests',
            field=models.BooleanField(default=True, help_text='Off: nothing is changed in the store, whatever job wants to.', verbose_name='Allow Data Sync to Shopify'),
        ),
        migrations.AddField(
            model_name='shop',
            name='log_personal_data',
            field=models.BooleanField(default=False, help_text='On: names, addresses, e-mails and phone numbers stay readable in logged calls.', verbose_name='Log Personal Data'),
        ),
        migrations.AddField(
            model_name='shop',
            name='logging_mode',
            field=models.CharField(choices=[('error only', 'Error Only'), ('all', 'All'), ('disabled', 'Disabled')], default='error only', max_length=10, verbose_name='Logging Mode'),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='check_entry_no',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='client_id',
            field=models.CharField(blank=True, help_text="Of the store's app in the Dev Dashboard.", max_length=100, verbose_name='Client ID'),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='renewing_until',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='sealed_client_secret',
            field=models.TextField(blank=True, default='', editable=False),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='sealed_former_secret',
            field=models.TextField(blank=True, default='', editable=False),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='secret_changed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='served_version',
            field=models.CharField(blank=True, editable=False, max_length=10, verbose_name='Answering API Version'),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='sign_in_method',
            field=models.CharField(choices=[('token', 'Access Token'), ('client credentials', 'Client ID and Secret')], default='token', max_length=20, verbose_name='Sign-in Method'),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='store_domain',
            field=models.CharField(blank=True, editable=False, max_length=250, verbose_name='Store Domain'),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='tested_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='Last Tested'),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='token_expires_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='Access Token Valid Until'),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='token_renewed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='webhook_entry_no',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='webhooks_checked_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='Webhooks Last Checked'),
        ),
        migrations.AddField(
            model_name='shopconnection',
            name='webhooks_missed',
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name='Missed by Webhooks'),
        ),
        migrations.CreateModel(
            name='PrivacyRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('webhook_id', models.CharField(max_length=100, unique=True, verbose_name='Webhook Id')),
                ('topic', models.CharField(max_length=100, verbose_name='Topic')),
                ('customer_gid', models.CharField(blank=True, max_length=100, verbose_name='Shopify Customer Id')),
                ('order_gids', models.JSONField(default=list, verbose_name='Orders')),
                ('received_at', models.DateTimeField(default=jono.kit.clock.now, verbose_name='Received')),
                ('answer_by_date', models.DateField(verbose_name='Answer By')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='Answered')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='privacy_requests', to='shopify.shop', verbose_name='Shop')),
            ],
            options={
                'verbose_name': 'Privacy Request',
                'verbose_name_plural': 'Privacy Requests',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SentChange',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('operation', models.CharField(max_length=100)),
                ('record', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('sent_at', models.DateTimeField(default=jono.kit.clock.now)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sent_changes', to='shopify.shop')),
            ],
            options={
                'verbose_name': 'Sent change',
                'constraints': [models.UniqueConstraint(models.F('shop'), models.F('operation'), models.F('record'), models.F('digest'), name='one_key_of_a_change_on_its_way')],
            },
        ),
        migrations.CreateModel(
            name='ShopCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField(default=jono.kit.clock.now, verbose_name='Date and Time')),
                ('operation', models.CharField(max_length=100, verbose_name='Operation')),
                ('status', models.PositiveSmallIntegerField(null=True, verbose_name='Status Code')),
                ('has_error', models.BooleanField(default=False, verbose_name='Has Error')),
                ('error', models.TextField(blank=True, verbose_name='Error Message')),
                ('cost', models.PositiveIntegerField(null=True, verbose_name='Query Cost')),
                ('milliseconds', models.PositiveIntegerField(verbose_name='Duration (ms)')),
                ('request_id', models.CharField(blank=True, max_length=100, verbose_name='Shopify Request Id')),
                ('request', models.TextField(blank=True, verbose_name='Request')),
                ('response', models.TextField(blank=True, verbose_name='Response')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='shopify.shop', verbose_name='Shop')),
            ],
            options={
                'verbose_name': 'Shopify Log Entry',
                'verbose_name_plural': 'Shopify Log Entries',
                'ordering': ['-id'],
                'indexes': [models.Index(models.F('began_at'), name='call_began')],
            },
        ),
        migrations.CreateModel(
            name='WebhookInbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('webhook_id', models.CharField(max_length=100, unique=True, verbose_name='Webhook Id')),
                ('event_id', models.CharField(blank=True, max_length=100, verbose_name='Event Id')),
                ('topic', models.CharField(max_length=100, verbose_name='Topic')),
                ('gid', models.CharField(max_length=200, verbose_name='Record')),
                ('triggered_at', models.DateTimeField(null=True, verbose_name='Triggered')),
                ('received_at', models.DateTimeField(default=jono.kit.clock.now, verbose_name='Received')),
                ('done_at', models.DateTimeField(null=True, verbose_name='Done')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to='shopify.shop', verbose_name='Shop')),
            ],
            options={
                'verbose_name': 'Webhook',
                'verbose_name_plural': 'Webhooks',
                'ordering': ['-id'],
                'indexes': [models.Index(models.F('shop'), models.F('id'), condition=models.Q(('done_at', None)), name='webhook_waiting'), models.Index(models.F('received_at'), name='webhook_received')],
            },
        ),
    ]
