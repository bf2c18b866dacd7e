import { ControlError, required } from '../control/control-error.js';
import type { AccountData } from '../core/account.js';
import type { EditedItem, ItemEditor, RequestedEdit } from '../core/item-editor.js';
import { dataSourceEvent, pageEvent } from './webhooks.js';
import { dataSourceRef, pageRef, type Ref, Workspace } from './workspace.js';

type Edit = (data: AccountData, request: RequestedEdit) => EditedItem;

/** What a change is called in events, in the order in which it is told. */
function happened(before: Workspace, ref: Ref, { id, parent, change }: RequestedEdit, changed: string): string[] {
  if (id === undefined) return ['created'];
  const wasTrashed = before.trashed(ref);
  // What is deleted for good was in the trash before, and then nothing is told.
  if (change.deleted) return wasTrashed ? [] : ['deleted'];
  const events = [
    ...(change.title === undefined ? [] : [changed]),
    ...(parent === undefined ? [] : ['moved']),
    ...(change.archived === undefined || change.archived === wasTrashed
      ? []
      : [change.archived ? 'deleted' : 'undeleted']),
  ];
  const isTouched = events.length === 0 && change.archived === undefined;
  return isTouched ? ['content_updated'] : events;
}

const editPage: Edit = (data, request) => {
  const { id, parent, change } = request;
  const workspace = new Workspace(data);
  const ref = id === undefined ? undefined : required(workspace.findPage(id), `there is no page ${id}`);
  const to = parent === undefined ? {} : { parent: pageParent(workspace, ref, parent) };
  const edits = workspace.editsOf(ref ?? pageRef(0));
  const edited = ref ?? pageRef(edits.create({ ...change, ...to }));
  // The title of a row is one of its properties.
  const isRow = workspace.dataSourceOf(edited) !== undefined;
  const what = happened(workspace, edited, request, isRow ? 'properties_updated' : 'content_updated');
  if (ref) edits.change(ref.index, { ...change, ...to });
  const after = new Workspace(data);
  return { id: after.id(edited), events: what.map((one) => pageEvent(after, edited, one)) };
};

/** A page, a data source or `workspace`; none that is inside of the page itself. */
function pageParent(workspace: Workspace, ref: Ref | undefined, parent: string): string {
  if (parent === 'workspace') return parent;
  const found = workspace.findDataSource(parent) ?? workspace.findPage(parent);
  if (!found) throw new ControlError(`there is no page or data source ${parent}; the top is 'workspace'`);
  for (let at: Ref | undefined = found; at !== undefined && ref; at = workspace.parentOf(at))
    if (workspace.id(at) === workspace.id(ref)) throw new ControlError('a page cannot be moved into itself');
  return workspace.id(found);
}

const editDataSource: Edit = (data, request) => {
  const { id, parent, change } = request;
  const workspace = new Workspace(data);
  const ref = id === undefined ? undefined : required(workspace.findDataSource(id), `there is no data source ${id}`);
  if (parent !== undefined) required(workspace.findDatabase(parent), `there is no database ${parent}`);
  const to = parent === undefined ? {} : { parent };
  const edits = workspace.editsOf(dataSourceRef(0));
  const edited = ref ?? dataSourceRef(edits.create({ ...change, ...to }));
  const what = happened(workspace, edited, request, 'content_updated');
  if (ref) edits.change(ref.index, { ...change, ...to });
  const after = new Workspace(data);
  return { id: after.id(edited), events: what.map((one) => dataSourceEvent(after, edited, one)) };
};

const EDITORS: Record<string, Edit> = { page: editPage, data_source: editDataSource };

export const notionItems: ItemEditor = {
  types: Object.keys(EDITORS),
  hasProperties: false,
  edit: (data, request) => required(EDITORS[request.type], 'unknown type')(data, request),
};
