namespace Aspire.Hosting;

/// <summary>What the AppHost runs for; here always to run.</summary>
public sealed class DistributedApplicationExecutionContext
{
    public bool IsRunMode => true;

    public bool IsPublishMode => false;
}
