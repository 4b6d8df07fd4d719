from workers.demo.shop.server import main

main()
