"""The pages, one module each; ``add_to(tower)`` registers a module's."""
