"""Run the command `tenantlint` with `python -m validator.cli`."""

from validator.cli.search_path import remove_working_folder

if __name__ == "__main__":
    remove_working_folder()

    from validator.cli.entry_point import main

    main()
