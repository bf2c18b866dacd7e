import { ApiParam, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { definitions } from './definitions.js';
import type { KnownIntegration } from './integration-registry.js';

/** Documents the id in a path by one that works, like all other examples. */
export const ApiIntegrationParam = (): MethodDecorator =>
  ApiParam({ name: 'integration', schema: { type: 'string', example: definitions[0].id } });

/** What the operator set up, or still has to. Never a secret. */
export class IntegrationSetupDto {
  @ApiProperty({ format: 'uri', description: "What to register as the app's redirect URI at the provider." })
  redirectUri!: string;

  @ApiProperty({ format: 'uri', description: "The root of the provider's API, as this service calls it." })
  apiUrl!: string;
}

export class IntegrationDto {
  @ApiProperty({ example: definitions[0].id })
  id!: string;

  @ApiProperty({ example: definitions[0].name })
  name!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ example: definitions[0].category })
  category!: string;

  @ApiProperty({ format: 'uri' })
  docsUrl!: string;

  @ApiProperty({ type: [String], description: 'Asked for when an authorization names no scopes.' })
  scopes!: string[];

  @ApiProperty({ type: [String], example: ['contact', 'company'], description: 'Possible values of `types`.' })
  itemTypes!: string[];

  @ApiProperty({ description: 'False: no client id is set, accounts cannot be connected.' })
  configured!: boolean;

  @ApiProperty({ description: 'True: a stand-in answers instead of the provider.' })
  sandbox!: boolean;

  @ApiPropertyOptional({ type: IntegrationSetupDto, description: 'Only for callers with the scope `admin`.' })
  setup?: IntegrationSetupDto;

  static of(known: KnownIntegration, { sandbox, withSetup }: { sandbox: boolean; withSetup: boolean }): IntegrationDto {
    const { definition, scopes, configured, redirectUri } = known;
    const { id, name, description, category, docsUrl, itemTypes } = definition;
    return {
      id,
      name,
      description,
      category,
      docsUrl,
      scopes: [...scopes],
      itemTypes: itemTypes.map(({ type }) => type),
      configured: configured !== null,
      sandbox,
      ...(withSetup ? { setup: { redirectUri, apiUrl: definition.api.url } } : {}),
    };
  }
}

export class IntegrationList {
  @ApiProperty({ type: [IntegrationDto] })
  integrations!: IntegrationDto[];
}
