"""Running programs: two hosts, one for each framework, and the jobs they are given.

folder      the run's own folder, in memory where there is some to spare
resources   how many threads and how much memory a program may have
host        a framework's process, started through execnet; jobs as futures
hosts       both of them
interrupt   Ctrl-C at the moments when it would leave something behind
pair        a variant's two programs run at the same time, and the replay of one with something changed
"""
