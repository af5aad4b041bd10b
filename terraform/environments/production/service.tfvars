# Variables of the service stack. Holds no secret; commit it. One of these is needed, unless a key is stored:
# met_norway_contact = "you@example.org"   # MET Norway asks who runs the service
# weather_providers  = ["open-meteo"]      # neither key nor contact; for non-commercial use
