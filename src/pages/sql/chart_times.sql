-- Within the times that are asked for; 0: without that limit.
({from:UInt64} = 0 OR timestamp >= fromUnixTimestamp64Milli(toInt64({from:UInt64} * 1000), 'UTC'))
            AND ({to:UInt64} = 0 OR timestamp <= fromUnixTimestamp64Milli(toInt64({to:UInt64} * 1000), 'UTC'))
