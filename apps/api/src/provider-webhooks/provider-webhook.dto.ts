import { ApiSchema } from '@nestjs/swagger';

/** What the provider documents. */
@ApiSchema({ name: 'ProviderWebhook', description: 'JSON, as the provider documents it.' })
export class ProviderWebhookDto {
  [member: string]: unknown;
}

@ApiSchema({ description: 'Empty, or what the provider wants to read where it tries the address.' })
export class WebhookResponseDto {
  [member: string]: unknown;
}
