"""The pytest plugin: case folders as tests, and assertions in people's own tests.

hooks       all of pytest's hooks, and the fixture; pytest imports it at every start, so it imports nothing of weight
session     what the plugin knows in one pytest process
options     what the command line, the ini file and ``[tool.migcheck]`` say
checking    the hosts of one pytest process, started when the first test needs them
cases       case folders as collectors and items
parity      what the fixture is
pair        two functions of a test, checked in processes of their own or in the test's
inputs      what a test gives them
state       what a test has set in its process that a fresh one would not have
compared    what to say of ``assert torch_gradients == mindspore_gradients``
"""
