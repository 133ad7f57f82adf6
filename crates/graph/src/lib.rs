//! Graph's wire face: entity-set descriptions, routes, JSON shapes, errors.
