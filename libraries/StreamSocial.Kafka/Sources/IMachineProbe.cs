namespace StreamSocial.Kafka.Sources;

/// <summary>What this machine can run. Each question may start a process, so it is asked only when its answer matters.</summary>
public interface IMachineProbe
{
    /// <summary>Whether a container runtime answers; a client without a daemon does not.</summary>
    bool ContainerRuntimeAnswers();

    /// <summary>Why the directory is no Kafka; null when it is one.</summary>
    string? FindProblemOfKafkaHome(string kafkaHome);

    /// <summary>Why Java cannot run brokers; null when it can.</summary>
    string? FindProblemOfJava();
}
