namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a waiting resource does when what it waits for ends or fails to start.</summary>
public enum WaitBehavior
{
    WaitOnResourceUnavailable,
    StopOnResourceUnavailable,
}
