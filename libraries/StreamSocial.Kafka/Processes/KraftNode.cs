namespace StreamSocial.Kafka.Processes;

/// <summary>One broker that is also a controller.</summary>
/// <param name="Id">1, 2, 3, …</param>
/// <param name="BrokerPort">Port for clients and other brokers, on loopback.</param>
/// <param name="ControllerPort">Port for the quorum, on loopback.</param>
/// <param name="Directory">Everything of this node: configuration, data.</param>
public sealed record KraftNode(int Id, int BrokerPort, int ControllerPort, string Directory)
{
    /// <summary>Where clients find it.</summary>
    public string Address => $"127.0.0.1:{BrokerPort}";

    public string ConfigurationFile => Path.Combine(Directory, "server.properties");

    public string LoggingFile => Path.Combine(Directory, "log4j2.properties");

    public string DataDirectory => Path.Combine(Directory, "data");
}
