
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('shopify', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SalesDocumentLink',
            fields=[
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='sales_document', serialize=False, to='shopify.order')),
                ('company_code', models.CharField(max_length=20, verbose_name='Company')),
                ('document_type', models.CharField(max_length=10, verbose_name='Document Type')),
                ('document_no', models.CharField(max_length=20, verbose_name='Document No.')),
                ('document_id', models.CharField(max_length=50)),
            ],
            options={
                'verbose_name': 'Sales Document of an Order',
                'verbose_name_plural': 'Sales Documents of Orders',
            },
        ),
        migrations.CreateModel(
            name='Cursor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('flow', models.CharField(max_length=30, verbose_name='Synchronization Type')),
                ('updated_at', models.DateTimeField(verbose_name='Last Sync Time')),
                ('caught_up', models.BooleanField(default=False, help_text='The first import, which leaves out archived records, has ended.', verbose_name='Caught Up')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cursors', to='shopify.shop')),
            ],
            options={
                'verbose_name': 'Synchronization Cursor',
                'verbose_name_plural': 'Synchronization Cursors',
                'constraints': [models.UniqueConstraint(models.F('shop'), models.F('flow'), name='one_cursor_of_a_flow')],
            },
        ),
        migrations.CreateModel(
            name='CustomerLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_gid', models.CharField(max_length=100, verbose_name='Shopify Customer Id')),
                ('customer_no', models.CharField(max_length=20, verbose_name='Customer No.')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='customer_links', to='shopify.shop')),
            ],
            options={
                'verbose_name': 'Customer Link',
                'verbose_name_plural': 'Customer Links',
                'constraints': [models.UniqueConstraint(models.F('shop'), models.F('customer_gid'), name='one_customer_of_a_store_customer')],
            },
        ),
        migrations.CreateModel(
            name='PaymentMethodMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gateway', models.CharField(max_length=100, verbose_name='Gateway')),
                ('credit_card_company', models.CharField(blank=True, max_length=100, verbose_name='Credit Card Company')),
                ('payment_method_code', models.CharField(blank=True, max_length=10, verbose_name='Payment Method Code')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='payment_methods', to='shopify.shop', verbose_name='Shop')),
            ],
            options={
                'verbose_name': 'Payment Method Mapping',
                'verbose_name_plural': 'Payment Method Mapping',
                'constraints': [models.UniqueConstraint(models.F('shop'), models.F('gateway'), models.F('credit_card_company'), name='one_mapping_of_a_gateway')],
            },
        ),
        migrations.CreateModel(
            name='ShipmentMethodMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=255, verbose_name='Title')),
                ('shipment_method_code', models.CharField(blank=True, max_length=10, verbose_name='Shipment Method Code')),
                ('shipping_charges_account', models.CharField(blank=True, help_text="Blank: the shop's shipping charges account.", max_length=20, verbose_name='Shipping Charges Account')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shipment_methods', to='shopify.shop', verbose_name='Shop')),
            ],
            options={
                'verbose_name': 'Shipment Method Mapping',
                'verbose_name_plural': 'Shipment Method Mapping',
                'constraints': [models.UniqueConstraint(models.F('shop'), models.F('title'), name='one_mapping_of_a_shipping_title')],
            },
        ),
        migrations.CreateModel(
            name='VariantLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('variant_gid', models.CharField(max_length=100, verbose_name='Shopify Variant Id')),
                ('item_no', models.CharField(max_length=20, verbose_name='Item No.')),
                ('variant_code', models.CharField(blank=True, max_length=10, verbose_name='Variant Code')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='variant_links', to='shopify.shop', verbose_name='Shop')),
            ],
            options={
                'verbose_name': 'Variant Link',
                'verbose_name_plural': 'Variant Links',
                'constraints': [models.UniqueConstraint(models.F('shop'), models.F('variant_gid'), name='one_item_of_a_variant')],
            },
        ),
    ]
