# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Groups of what hangs together."""


def find_connected(keys_by_item):
    """Return the groups of items that share a key, directly or by others.

    :param keys_by_item: dict of item: iterable of keys
    :return: list of lists of items, both in the order in which the items were given
    """
    parents = {}

    def find_root(node):
        while parents.setdefault(node, node) != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    for item, keys in keys_by_item.items():
        for key in keys:
            parents[find_root(("key", key))] = find_root(("item", item))
    groups = {}
    for item in keys_by_item:
        groups.setdefault(find_root(("item", item)), []).append(item)
    return list(groups.values())
