import { defineIntegration, words } from '../integration-definition.js';

const TIER_3 =
  /^\/api\/(?<subject>auth\.test|bots\.info|chat\.(update|delete|scheduleMessage)|conversations\.(info|join|open|invite|kick|leave)|files\.(list|delete)|reactions\.(add|get)|team\.info|users\.(conversations|getPresence|lookupByEmail))\/?$/;
const HISTORY = /^\/api\/(?<subject>conversations\.(history|replies))\/?$/;
/** With those that Slack limits by channel, to more than any of its tiers. */
const TIER_4 =
  /^\/api\/(?<subject>chat\.(postMessage|postEphemeral)|conversations\.members|files\.(info|getUploadURLExternal|completeUploadExternal)|users\.(info|profile\.get)|views\.(open|push|update))\/?$/;

/** The documented ones that an app with a token of this integration can call. */
const METHODS = words(
  'api.test auth.revoke auth.teams.list auth.test bookmarks.add bookmarks.edit bookmarks.list bookmarks.remove bots.info ' +
    'chat.delete chat.deleteScheduledMessage chat.getPermalink chat.meMessage chat.postEphemeral chat.postMessage ' +
    'chat.scheduleMessage chat.scheduledMessages.list chat.unfurl chat.update conversations.acceptSharedInvite ' +
    'conversations.approveSharedInvite conversations.archive conversations.close conversations.create ' +
    'conversations.declineSharedInvite conversations.history conversations.info conversations.invite ' +
    'conversations.inviteShared conversations.join conversations.kick conversations.leave conversations.list ' +
    'conversations.listConnectInvites conversations.mark conversations.members conversations.open conversations.rename ' +
    'conversations.replies conversations.setPurpose conversations.setTopic conversations.unarchive dnd.info dnd.teamInfo ' +
    'emoji.list files.completeUploadExternal files.delete files.getUploadURLExternal files.info files.list files.remote.add ' +
    'files.remote.info files.remote.list files.remote.remove files.remote.share files.remote.update files.revokePublicURL ' +
    'files.sharedPublicURL oauth.v2.access oauth.v2.exchange oauth.v2.user.access pins.add pins.list pins.remove reactions.add ' +
    'reactions.get reactions.list reactions.remove reminders.add reminders.complete reminders.delete reminders.info ' +
    'reminders.list search.all search.files search.messages stars.add stars.list stars.remove team.accessLogs ' +
    'team.billableInfo team.info team.integrationLogs team.preferences.list team.profile.get usergroups.create ' +
    'usergroups.disable usergroups.enable usergroups.list usergroups.update usergroups.users.list usergroups.users.update ' +
    'users.conversations users.deletePhoto users.getPresence users.identity users.info users.list users.lookupByEmail ' +
    'users.profile.get users.profile.set users.setPhoto users.setPresence views.open views.publish views.push views.update',
);

export const slack = defineIntegration({
  id: 'slack',
  name: 'Slack',
  description: 'Channels, people and messages of a Slack workspace.',
  category: 'communication',
  docsUrl: 'https://docs.slack.dev/authentication/installing-with-oauth',
  permissions: {
    'channels:read': 'View basic information about public channels in a workspace',
    'groups:read': 'View basic information about private channels that the app has been added to',
    'im:read': 'View basic information about direct messages that the app has been added to',
    'mpim:read': 'View basic information about group direct messages that the app has been added to',
    'channels:history': 'View messages and other content in public channels that the app has been added to',
    'groups:history': 'View messages and other content in private channels that the app has been added to',
    'im:history': 'View messages and other content in direct messages that the app has been added to',
    'mpim:history': 'View messages and other content in group direct messages that the app has been added to',
    'channels:join': 'Join public channels in a workspace',
    'chat:write': 'Send messages as the app',
    'users:read': 'View people in a workspace',
    'users:read.email': 'View email addresses of people in a workspace',
    'team:read': 'View the name, email domain, and icon of the workspace',
  },
  setup: {
    url: 'https://api.slack.com/apps',
    steps: [
      'Choose "Create New App", then "From scratch". Enter a name and select a workspace.',
      'Under "OAuth & Permissions", add the redirect URI to the "Redirect URLs". Slack accepts https only.',
      'On the same page, add the scopes to the "Bot Token Scopes". Leave PKCE off: it cannot be turned off again, and the app would lose its secret. Token rotation may be on.',
      'Under "Manage Distribution", activate public distribution if other workspaces are to connect.',
      'Copy the "Client ID" and the "Client Secret" from "Basic Information".',
    ],
  },
  webhooks: {
    secret: 'SIGNING_SECRET',
    steps: [
      'Set SLACK_SIGNING_SECRET to the "Signing Secret" from "Basic Information", and restart the service.',
      'Under "Event Subscriptions", choose "Enable Events" and enter the webhook URL as the "Request URL". Slack tries it at once.',
      'Under "Subscribe to bot events", add app_uninstalled, tokens_revoked, team_join, user_change, member_joined_channel, member_left_channel, and the events whose names begin with "channel_", "group_", "im_" and "message.". Slack names the scope that each of them needs.',
      'Save the changes. Slack may ask to reinstall the app to the workspaces.',
    ],
  },
  authorization: {
    url: 'https://slack.com/oauth/v2/authorize',
    // Slack's PKCE makes the app a public client for good: off for a server with a secret.
    pkce: false,
    scopes: [
      'channels:read',
      'groups:read',
      'im:read',
      'mpim:read',
      'users:read',
      'users:read.email',
      'channels:history',
      'groups:history',
      'im:history',
      'mpim:history',
      'team:read',
    ],
    scopeSeparator: ',',
  },
  token: {
    url: 'https://slack.com/api/oauth.v2.access',
    clientAuthentication: 'basic',
    body: 'form',
    // An install with user scopes only has its token here.
    nestedGrant: 'authed_user',
    errors: {
      revoked: [
        'invalid_code',
        'invalid_refresh_token',
        'token_revoked',
        'token_expired',
        'account_inactive',
        'invalid_auth',
      ],
      configuration: ['invalid_client_id', 'bad_client_secret', 'no_scopes'],
      transient: ['ratelimited', 'internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'],
    },
  },
  refresh: { onUnauthorized: true },
  revocation: {
    url: 'https://slack.com/api/auth.revoke',
    clientAuthentication: 'bearer',
    body: 'form',
    token: 'access_token',
  },
  api: {
    url: 'https://slack.com',
    namesInPaths: { pathWords: ['api', ...METHODS] },
    ownHeaders: ['x-slack-', 'x-oauth-scopes', 'x-accepted-oauth-scopes'],
    retryAfterSeconds: 30,
  },
  itemTypes: [
    {
      type: 'channel',
      label: 'Channel',
      pluralLabel: 'Channels',
      byDefault: true,
      contents: { types: ['message'], parent: '{id}' },
      properties: [
        {
          name: 'kind',
          label: 'Kind',
          values: {
            'public-channel': 'Public channel',
            'private-channel': 'Private channel',
            'direct-message': 'Direct message',
            'group-message': 'Group message',
          },
        },
        { name: 'topic', label: 'Topic' },
        { name: 'purpose', label: 'Description' },
        { name: 'members', label: 'Members' },
        { name: 'isMember', label: 'App is a member' },
        { name: 'isExtShared', label: 'Shared with other companies' },
        { name: 'isOrgShared', label: 'Shared in the organization' },
        { name: 'isUserDeleted', label: 'Account deactivated' },
        { name: 'user', label: 'User ID' },
      ],
    },
    {
      type: 'user',
      label: 'Person',
      pluralLabel: 'People',
      byDefault: true,
      properties: [
        { name: 'displayName', label: 'Display name' },
        { name: 'email', label: 'Email' },
        { name: 'title', label: 'Title' },
        { name: 'timeZone', label: 'Time zone' },
        { name: 'username', label: 'Username' },
        { name: 'isAdmin', label: 'Admin' },
        { name: 'isBot', label: 'App' },
        { name: 'isRestricted', label: 'Guest' },
        { name: 'isUltraRestricted', label: 'Single-channel guest' },
        { name: 'isStranger', label: 'From another company' },
      ],
    },
    {
      type: 'message',
      label: 'Message',
      pluralLabel: 'Messages',
      contents: { types: ['message'], parent: '{driveId}:{id}' },
      properties: [
        { name: 'user', label: 'From', textProperty: 'userName' },
        { name: 'replies', label: 'Replies' },
        { name: 'files', label: 'Files' },
        { name: 'attachments', label: 'Attachments' },
        { name: 'rawText', label: 'Text', textProperty: 'text' },
        { name: 'subtype', label: 'Subtype' },
        { name: 'threadTs', label: 'Thread' },
      ],
      byDefault: false,
      parent: { description: 'a channel (or channel:thread, for the replies of a thread)', required: true },
      notExhaustive: (parent) =>
        parent?.includes(':') ? null : 'Replies in threads are not in it: load them with "parent" as channel:thread.',
      newestFirst: (parent) => parent?.includes(':') === false,
      restrictedStorage: {
        reason: "Slack's API terms do not allow apps that are distributed outside its Marketplace to keep messages.",
        url: 'https://docs.slack.dev/changelog/2025/05/29/tos-updates',
      },
    },
  ],
  rateLimits: [
    // https://docs.slack.dev/apis/web-api/rate-limits: every method for itself; those that are not named are taken for the slower tier.
    { name: 'tier-2', requests: 20, seconds: 60, countedBy: 'account', paths: /^\/api\/(?<subject>[\w.]+)\/?$/ },
    // Tier 3; for apps that are distributed outside the Marketplace one request a minute, with 15 messages.
    { name: 'history', requests: 50, seconds: 60, countedBy: 'account', paths: HISTORY },
    { name: 'tier-3', requests: 50, seconds: 60, countedBy: 'account', paths: TIER_3 },
    { name: 'tier-4', requests: 100, seconds: 60, countedBy: 'account', paths: TIER_4 },
  ],
});
