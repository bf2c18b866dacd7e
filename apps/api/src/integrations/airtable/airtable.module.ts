import { Module } from '@nestjs/common';
import { AirtableIntegration } from './airtable.integration.js';

@Module({ providers: [AirtableIntegration], exports: [AirtableIntegration] })
export class AirtableModule {}
