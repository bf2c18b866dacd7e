import { ApiParam, ApiProperty } from '@nestjs/swagger';
import { definitions } from './definitions.js';
import type { KnownIntegration } from './integration-registry.js';

/** Like all examples in the documentation, the id is one that works. */
export const ApiIntegrationParam = (): MethodDecorator =>
  ApiParam({ name: 'integration', schema: { type: 'string', example: definitions[0].id } });

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

  @ApiProperty({ type: [String], description: 'Requested if an authorization names no scopes.' })
  scopes!: string[];

  @ApiProperty({ type: [String], example: ['contact', 'company'], description: 'Possible values of `types`.' })
  itemTypes!: string[];

  @ApiProperty({ description: 'False: no client id is set, accounts cannot be connected.' })
  configured!: boolean;

  @ApiProperty({ description: 'True: a mock provider is used instead of the provider.' })
  sandbox!: boolean;

  static of({ definition, scopes, configured }: KnownIntegration, sandbox: boolean): IntegrationDto {
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
    };
  }
}

export class IntegrationList {
  @ApiProperty({ type: [IntegrationDto] })
  integrations!: IntegrationDto[];
}

/** What the operator has to register. Never a secret. */
export class SetupDto {
  @ApiProperty({ example: definitions[0].id })
  integration!: string;

  @ApiProperty({ format: 'uri', description: "What to register as the app's redirect URI at the provider." })
  redirectUri!: string;

  @ApiProperty({ format: 'uri', description: "The root of the provider's API, as this service calls it." })
  apiUrl!: string;

  static of({ definition, redirectUri }: KnownIntegration): SetupDto {
    return { integration: definition.id, redirectUri, apiUrl: definition.api.url };
  }
}

export class SetupList {
  @ApiProperty({ type: [SetupDto] })
  setups!: SetupDto[];
}
