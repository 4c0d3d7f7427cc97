import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { Scope } from '@winnow/contracts';

export const accessMetadata = 'winnow:access';
export const freeMetadata = 'winnow:free';

/** Who may use a route: anybody, any key, or a key with this scope. */
export type Access = 'anybody' | 'any-key' | Scope;

const restricted = (access: Access) => applyDecorators(SetMetadata(accessMetadata, access), ApiBearerAuth('key'));

/** A route without one of these three stops the start. */
export const Scopes = (scope: Scope) => restricted(scope);
export const AnyKey = () => restricted('any-key');
export const Public = () => SetMetadata(accessMetadata, 'anybody' satisfies Access);

/** A route that takes nothing from the key's rate. */
export const Free = () => SetMetadata(freeMetadata, true);
