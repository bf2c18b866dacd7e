import { ApiParam, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EXAMPLE } from './documented-example.js';
import { CHECK_STATUSES, type IntegrationCheck } from './integration-checks.js';
import type { ItemType } from './integration-definition.js';
import type { KnownIntegration } from './integration-registry.js';
import { JOURNAL_SETTING } from '../configuration/integration-environment.js';
import { webhookSetting } from './webhook-settings.js';

export const ApiIntegrationParam = (): MethodDecorator =>
  ApiParam({ name: 'integration', schema: { type: 'string', example: EXAMPLE.id } });

export class PermissionDto {
  @ApiProperty({ example: Object.keys(EXAMPLE.permissions)[0] })
  scope!: string;

  @ApiProperty({
    example: Object.values(EXAMPLE.permissions)[0],
    description: "What the scope allows, in the provider's words.",
  })
  description!: string;
}

export class ContentsDto {
  @ApiProperty({ type: [String], description: 'Possible values of `types` of that load.' })
  types!: string[];

  @ApiProperty({
    example: '{driveId}/{id}',
    description: 'The `parent` of that load, in which `{id}` and `{driveId}` stand for those of the item.',
  })
  parent!: string;
}

export class PropertyDto {
  @ApiProperty({ example: 'dealstage' })
  name!: string;

  @ApiProperty({ example: 'Deal stage', description: "What the provider's users call it." })
  label!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'dealstageLabel',
    description: 'The property that holds the value in words, where this one holds an id.',
  })
  textProperty!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { LOW: 'Low' },
    description: "What the provider's users call its values.",
  })
  values!: Record<string, string>;
}

export class ItemTypeDto {
  @ApiProperty({ example: 'deal' })
  type!: string;

  @ApiProperty({ example: 'Deal' })
  label!: string;

  @ApiProperty({ example: 'Deals' })
  pluralLabel!: string;

  @ApiProperty({ description: 'Loaded if a load names no types.' })
  byDefault!: boolean;

  @ApiProperty({ description: 'A load of it has to name a `parent`.' })
  parentRequired!: boolean;

  @ApiProperty({
    type: ContentsDto,
    nullable: true,
    description: 'What can be loaded with an item of this type as the `parent`, if the item is a `directory`.',
  })
  contents!: ContentsDto | null;

  @ApiProperty({
    type: [PropertyDto],
    description:
      'Labels of `properties`, the most important ones first. Those that are not listed have names that users chose.',
  })
  properties!: PropertyDto[];

  static of({ type, label, pluralLabel, byDefault, parent, contents, properties = [] }: ItemType): ItemTypeDto {
    return {
      type,
      label,
      pluralLabel,
      byDefault,
      parentRequired: parent?.required ?? false,
      contents: contents === undefined ? null : { types: [...contents.types], parent: contents.parent },
      properties: properties.map(({ name, label, textProperty = null, values = {} }) => ({
        name,
        label,
        textProperty,
        values: { ...values },
      })),
    };
  }
}

export class IntegrationDto {
  @ApiProperty({ example: EXAMPLE.id })
  id!: string;

  @ApiProperty({ example: EXAMPLE.name })
  name!: string;

  @ApiProperty()
  description!: string;

  @ApiProperty({ example: EXAMPLE.category })
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

/** What a page needs to show permissions and items in the words of the provider's users. */
export class IntegrationDetailsDto extends IntegrationDto {
  @ApiProperty({
    type: [PermissionDto],
    description:
      'What scopes allow: the requested ones and others that an authorization may name. A scope that is not in it has no description.',
  })
  permissions!: PermissionDto[];

  @ApiProperty({
    type: [ItemTypeDto],
    description: 'What the types are called, what their items contain, and their properties.',
  })
  itemTypeDetails!: ItemTypeDto[];

  static override of(known: KnownIntegration, sandbox: boolean): IntegrationDetailsDto {
    const { permissions, itemTypes } = known.definition;
    return {
      ...IntegrationDto.of(known, sandbox),
      permissions: Object.entries(permissions).map(([scope, text]) => ({ scope, description: text })),
      itemTypeDetails: itemTypes.map((itemType) => ItemTypeDto.of(itemType)),
    };
  }
}

export class IntegrationDetailsList {
  @ApiProperty({ type: [IntegrationDetailsDto] })
  integrations!: IntegrationDetailsDto[];
}

export class VerificationTokenDto {
  @ApiProperty()
  token!: string;

  @ApiProperty({ format: 'date-time' })
  receivedAt!: string;
}

/** What the operator has to register. Never a secret of the service. */
/** The journal of a provider, which can be read where webhooks cannot come. */
export class JournalSetupDto {
  @ApiProperty({ description: 'The setting that turns it on.' })
  variable!: string;

  @ApiProperty()
  on!: boolean;

  @ApiProperty({ type: [String], description: 'What to do so that it can be read, in order.' })
  steps!: string[];
}

export class SetupDto {
  @ApiProperty({ example: EXAMPLE.id })
  integration!: string;

  @ApiProperty({ format: 'uri', description: "What to register as the app's redirect URI at the provider." })
  redirectUri!: string;

  @ApiProperty({ format: 'uri', description: 'Where apps are registered.' })
  registerUrl!: string;

  @ApiProperty({ type: [String], description: 'What to do there, in order.' })
  steps!: string[];

  @ApiProperty({ type: [String], description: 'The scopes that the app needs.' })
  scopes!: string[];

  @ApiProperty({ format: 'uri', description: "The root of the provider's API, as this service calls it." })
  apiUrl!: string;

  @ApiProperty({ format: 'uri', description: 'What to register as the webhook URL at the provider.' })
  webhookUrl!: string;

  @ApiProperty({ type: [String], description: 'What to do so that webhooks come, in order.' })
  webhookSteps!: string[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The setting that they need; `null`: none.',
  })
  webhookVariable!: string | null;

  @ApiProperty({ description: 'Webhooks can be verified. Otherwise all of them are rejected.' })
  webhookReady!: boolean;

  @ApiProperty({
    type: JournalSetupDto,
    nullable: true,
    description: 'Where what happens can be read instead; `null`: the provider has no such thing.',
  })
  journal!: JournalSetupDto | null;

  @ApiProperty({
    type: [VerificationTokenDto],
    description: 'Verification tokens that came, newest first, until one is set. Anybody may have sent them.',
  })
  verificationTokens!: VerificationTokenDto[];

  static of(
    { definition, redirectUri, scopes }: KnownIntegration,
    webhooks: Pick<SetupDto, 'webhookUrl' | 'webhookReady' | 'verificationTokens'>,
    readsJournal: boolean,
  ): SetupDto {
    const { id, setup, api } = definition;
    const setting = webhookSetting(definition);
    const { journal } = definition.webhooks;
    return {
      integration: id,
      redirectUri,
      registerUrl: setup.url,
      steps: [...setup.steps],
      scopes: [...scopes],
      apiUrl: api.url,
      webhookSteps: [...definition.webhooks.steps],
      webhookVariable: setting === null ? null : `${id.toUpperCase()}_${setting}`,
      ...webhooks,
      journal: journal
        ? { variable: `${id.toUpperCase()}_${JOURNAL_SETTING}`, on: readsJournal, steps: [...journal.steps] }
        : null,
    };
  }
}

export class SetupList {
  @ApiProperty({ type: [SetupDto] })
  setups!: SetupDto[];
}

export class IntegrationCheckDto implements IntegrationCheck {
  @ApiProperty({ enum: ['network', 'client'], description: '`client`: the client id and secret.' })
  name!: IntegrationCheck['name'];

  @ApiProperty({ enum: CHECK_STATUSES, description: '`warn`: it cannot be told.' })
  status!: IntegrationCheck['status'];

  @ApiProperty()
  detail!: string;

  @ApiPropertyOptional({ description: 'What to do.' })
  advice?: string;
}

export class IntegrationTestDto {
  @ApiProperty({ description: 'Nothing has failed.' })
  ok!: boolean;

  @ApiProperty({ type: [IntegrationCheckDto] })
  checks!: IntegrationCheckDto[];
}
