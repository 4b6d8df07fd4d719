import sys

from workers.demo.run import main

sys.exit(main())
